// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/deeds.hpp>
#include <annals/sagas/participants/outcome_word.hpp>
#include <tests/sagas/participants/some_request.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <future>
#include <thread>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr auto backward = sagas::direction::backward;

/// A service's own database, which knows nothing of annals.
struct storage {
    storage()
    {
        sagas::create_deeds(link);
        sagas::create_deeds(link);
        pqxx::nontransaction(link).exec("create table effects (what text)");
    }
    auto ask(const sagas::request& asked) -> std::string
    {
        const auto how = sagas::answer_once(link, asked, act);
        if (!how) return "nothing";
        return std::string(sagas::word_of(*how)) + (how->error ? ": " + *how->error : " " + how->result.dump());
    }
    auto effects() -> std::string
    {
        return pqxx::nontransaction(link).query_value<std::string>(
            "select coalesce(string_agg(what, ', ' order by what), '') from effects");
    }

    empty_database database;
    pqxx::connection link{database.dsn()};
    int calls = 0;
    std::string says = "done";
    sagas::deed act = [this](const sagas::request& asked, pqxx::transaction_base& tx) {
        tx.exec("insert into effects values ($1)", pqxx::params{asked.action});
        ++calls;
        if (says == "throw") throw std::runtime_error("oops");
        return says == "done" ? sagas::done({{"place", "A-7"}}) : *sagas::outcome_of(says, "not this time");
    };
};

}  // namespace

TEST_CASE("a request that comes again gets the same answer and has no second effect")
{
    storage one;
    for (const int attempt : {1, 1, 2})
        CHECK(one.ask(some_request("reserve", {}, attempt)) == R"(done {"place":"A-7"})");
    for (const int attempt : {1, 2}) CHECK(one.ask(some_request("release", backward, attempt)).starts_with("done"));
    CHECK(one.ask(some_request("reserve")) == R"(done {"place":"A-7"})");
    CHECK(one.effects() == "release, reserve");
    CHECK(one.calls == 2);
}

TEST_CASE("an undoing that comes first does nothing, and the deed is refused when it comes later")
{
    storage one;
    CHECK(one.ask(some_request("release", backward)) == "done null");
    CHECK(one.ask(some_request("reserve")) == "failed: it was undone before it was asked for");
    CHECK(one.ask(some_request("release", backward, 2)) == "done null");
    CHECK(one.effects() == "");
    CHECK(one.calls == 0);
}

TEST_CASE("a refusal is remembered for its attempt, and a later attempt is a new one")
{
    storage one;
    one.says = "failed";
    CHECK(one.ask(some_request("reserve")) == "failed: not this time");
    one.says = "done";
    CHECK(one.ask(some_request("reserve")) == "failed: not this time");
    CHECK(one.effects() == "");
    CHECK(one.ask(some_request("reserve", {}, 2)) == R"(done {"place":"A-7"})");
    CHECK(one.effects() == "reserve");
}

TEST_CASE("what did not work leaves no effect, and is done when it is asked for again")
{
    for (const std::string says : {"try_again", "in_doubt", "throw"}) {
        CAPTURE(says);
        storage one;
        one.says = says;
        CHECK(one.ask(some_request("reserve")).starts_with(says == "throw" ? "in_doubt: oops" : says));
        CHECK(one.effects() == "");
        one.says = "done";
        CHECK(one.ask(some_request("reserve")).starts_with("done"));
        CHECK(one.effects() == "reserve");
    }
}

TEST_CASE("after its deadline nothing is begun, but what was done is still known")
{
    storage one;
    auto late = some_request("reserve");
    late.deadline = eventstore::now() - 1ms;
    CHECK(one.ask(late) == "nothing");
    CHECK(one.effects() == "");
    CHECK(one.ask(some_request("reserve")).starts_with("done"));
    CHECK(one.ask(late).starts_with("done"));
}

TEST_CASE("a result that cannot be stored is refused with its effects")
{
    storage one;
    one.act = [](const sagas::request&, pqxx::transaction_base& tx) {
        tx.exec("insert into effects values ('x')");
        return sagas::done(std::string(sagas::result_bytes_max, 'x'));
    };
    CHECK(one.ask(some_request("reserve")) == "failed: the result of reserve has 524290 bytes; the most are 524288");
    CHECK(one.effects() == "");
}

TEST_CASE("an undoing waits for the deed that is under way")
{
    storage one;
    std::promise<void> begun, may_end;
    const sagas::deed slow = [&](const sagas::request&, pqxx::transaction_base& tx) {
        tx.exec("insert into effects values ('reserve')");
        begun.set_value();
        may_end.get_future().wait();
        return sagas::done();
    };
    std::jthread first([&] {
        pqxx::connection link(one.database.dsn());
        CHECK_FALSE(sagas::answer_once(link, some_request("reserve"), slow)->error);
    });
    begun.get_future().wait();
    std::jthread second([&] { CHECK(one.ask(some_request("release", backward)).starts_with("done")); });
    pqxx::connection watch(one.database.dsn());
    CHECK(waited_until(5s, [&] {
        return pqxx::nontransaction(watch).query_value<bool>(
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = "
            "'Lock')");
    }));
    may_end.set_value();
    first = {};
    second = {};
    CHECK(one.effects() == "release, reserve");
}
