// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>
#include <tests/testing/shop.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace shop;
using namespace std::chrono_literals;
using annals::eventstore::recorded_event;
using annals::sagas::cancel_deadline, annals::sagas::outgoing, annals::sagas::refused, annals::sagas::send,
    annals::sagas::send_at;
using annals::testing::given, annals::testing::on, annals::testing::unexpected_sending;

namespace shop {

struct ask_back {
    std::string why;
};
ANNALS_FIELDS(ask_back, why)

/// A bike that can be asked back, and may refuse that.
struct tracked_bike {
    static constexpr auto category = "bike";
    using event = std::variant<rented, returned>;
    using decision = annals::commands::decision<event>;

    auto decide(const ask_back&) const -> decision
    {
        if (!is_out) return annals::commands::refuse("it is here");
        return returned{};
    }
    void evolve(const rented&) { is_out = true; }
    void evolve(const returned&) { is_out = false; }

    bool is_out = false;
};

/// Asks for a bike at the second rent, and each evening.
struct long_ride {
    static constexpr annals::sagas::header header{.process_manager = "long_ride", .categories = "bike"};
    using event = std::variant<rented, returned>;
    using refusals = std::variant<ask_back>;

    int rents = 0;

    void evolve(const rented&) { ++rents; }
    auto react(const rented& fact, const recorded_event& at) const -> outgoing
    {
        outgoing all;
        if (rents == 2) all += send<tracked_bike>(at.stream.key, ask_back{"twice by " + fact.customer});
        all += send_at<tracked_bike>(at.recorded_at + 12h, "evening", at.stream.key, ask_back{"evening"});
        return all;
    }
    auto react(const returned&) const -> outgoing { return cancel_deadline("evening"); }
    auto react(const refused<ask_back>& answer) const -> outgoing
    {
        return send<tracked_bike>(answer.key, ask_back{"again, " + answer.reason});
    }
};
ANNALS_FIELDS(long_ride, rents)

/// Has no state, and a key that is not the stream's.
struct welcome {
    static constexpr annals::sagas::header header{.process_manager = "welcome", .categories = "bike, customer"};
    using event = std::variant<joined, rented>;

    static auto key(const joined&) -> std::vector<std::string> { return {"desk", "shop"}; }
    static auto key(const rented& fact) { return fact.customer; }
    auto react(const joined& fact) const -> outgoing { return send<tracked_bike>("B-1", ask_back{fact.name}); }
    auto react(const rented&) const -> outgoing { return {}; }
};

}  // namespace shop

namespace {

const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + 12h;

auto evening(std::string bike, std::chrono::sys_seconds rented_at) -> outgoing
{
    return send_at<tracked_bike>(rented_at + 12h, "evening", std::move(bike), ask_back{"evening"});
}

}  // namespace

TEST_CASE("a process manager sends commands when a fact comes, and sees the fact in its state")
{
    given<long_ride>(on<bike>("B-1", rented{"C-1"}))
        .when(on<bike>("B-1", rented{"C-2"}).at(noon))
        .then_sends(send<tracked_bike>("B-1", ask_back{"twice by C-2"}), evening("B-1", noon))
        .then_state("B-1", {.rents = 2})
        .then_state("B-2", {});
    given<long_ride>(on<bike>("B-2", rented{"C-1"}))
        .when(on<bike>("B-1", rented{"C-2"}).at(noon))
        .then_sends(evening("B-1", noon));
}

TEST_CASE("facts alone are of one stream of its first category")
{
    given<long_ride>(rented{"C-1"}, returned{"C-1"}).when(returned{"C-1"}).then_sends(cancel_deadline("evening"));
    given<long_ride>(rented{"C-1"}).when(rented{"C-2"}).then_state({.rents = 2});
}

TEST_CASE("a deadline waits until it is replaced, cancelled or due")
{
    const auto out = given<long_ride>(on<bike>("B-1", rented{"C-1"}).at(noon));
    out.when(on<bike>("B-1", rented{"C-1"}).at(noon + 1h)).then_waits_for(evening("B-1", noon + 1h));
    out.when(on<bike>("B-2", rented{"C-1"}).at(noon + 1h))
        .then_waits_for(evening("B-2", noon + 1h), evening("B-1", noon));
    out.when(on<bike>("B-1", returned{"C-1"}).at(noon + 1h)).then_waits_for_nothing();
    out.when(on<bike>("B-2", rented{"C-1"}).at(noon + 12h)).then_waits_for(evening("B-2", noon + 12h));
}

TEST_CASE("a time between two microseconds is rounded up: a deadline is never early")
{
    const auto sent =
        send_at<tracked_bike>(std::chrono::sys_time<std::chrono::nanoseconds>{1500ns}, "evening", "B-1", ask_back{});
    CHECK(sent.all().front().due_at == annals::eventstore::timestamp{2us});
}

TEST_CASE("a fact may belong to several keys or none, and a process manager need have no state")
{
    given<welcome>()
        .when(joined{"Ada"})
        .then_sends(send<tracked_bike>("B-1", ask_back{"Ada"}), send<tracked_bike>("B-1", ask_back{"Ada"}));
    given<welcome>().when(rented{"C-1"}).then_sends_nothing().then_state("C-1", {});
}

TEST_CASE("a process manager may answer a refusal")
{
    given<long_ride>()
        .when(refused<ask_back>{.command = {"evening"}, .reason = "it is here"})
        .then_sends(send<tracked_bike>("S-1", ask_back{"again, it is here"}));
}

TEST_CASE("what is sent is told with the line of the test when it is something else")
{
    const auto sent = given<long_ride>().when(on<bike>("B-1", rented{"C-1"}).at(noon));
    const auto at = [](int line) { return std::string(__FILE__) + ":" + std::to_string(line) + ": "; };
    const std::string deadline =
        R"(ask_back {"why":"evening"} to bike-B-1 at 2026-11-28T00:00:00.000000Z, deadline "evening")";
    CHECK_THROWS_WITH_AS(sent.then_sends_nothing(), doctest::Contains((at(__LINE__) + "expected:").c_str()),
                         unexpected_sending);
    CHECK_THROWS_WITH_AS(sent.then_sends_nothing(),
                         doctest::Contains(("expected:\n  nothing\ngot:\n  " + deadline).c_str()), unexpected_sending);
    CHECK_THROWS_WITH_AS(sent.then_sends(send<tracked_bike>("B-1", ask_back{"now"})),
                         doctest::Contains("expected:\n  ask_back {\"why\":\"now\"} to bike-B-1\ngot:\n  ask_back"),
                         unexpected_sending);
    CHECK_THROWS_WITH_AS(sent.then_waits_for_nothing(),
                         doctest::Contains(("expected:\n  nothing\ngot:\n  " + deadline).c_str()), unexpected_sending);
    CHECK_THROWS_WITH_AS(sent.then_state("B-1", {.rents = 3}),
                         doctest::Contains("the state of \"B-1\" is {\"rents\":1}, not {\"rents\":3}"),
                         unexpected_sending);
}

TEST_CASE("a command that cannot be stored is refused when it is sent, and a deadline needs a name")
{
    using annals::eventstore::invalid_request;
    CHECK_THROWS_AS(send<tracked_bike>("", ask_back{}), invalid_request);
    CHECK_THROWS_AS(send<tracked_bike>("B-1", ask_back{"\xff"}), invalid_request);
    CHECK_THROWS_AS(cancel_deadline(""), invalid_request);
}

TEST_CASE("all commands that the program's code sends are known before main")
{
    CHECK(annals::sagas::sent_commands().contains({"bike", "ask_back"}));
}
