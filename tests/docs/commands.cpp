// SPDX-License-Identifier: Apache-2.0
// The code of docs/guide/commands.md, compiled. tests/docs/readme_test.cpp checks that it is the same.
#include <annals/commands/given.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/eventstore/memory/memory_store.hpp>

#include <doctest/doctest.h>

namespace rental {

using namespace annals;
using namespace std::chrono_literals;
using commands::given, commands::handle, commands::on, commands::recorded, commands::refuse;

// clang-format off
struct bike_registered   { std::string frame; };
struct bike_rented       { std::string customer; };
struct bike_returned     { std::int64_t minutes = 0; };
struct bike_repaired     { std::string part; };
struct bike_retired      {};
struct bike_taken        { std::string bike; };
struct frame_taken       { std::string bike; };
struct frame_released    {};
ANNALS_EVENT(bike_registered, "bike.registered",     frame)
ANNALS_EVENT(bike_rented,     "bike.rented",         customer)
ANNALS_EVENT(bike_returned,   "bike.returned",       minutes)
ANNALS_EVENT(bike_repaired,   "bike.repaired",       part)
ANNALS_EVENT(bike_retired,    "bike.retired")
ANNALS_EVENT(bike_taken,      "customer.bike_taken", bike)
ANNALS_EVENT(frame_taken,     "frame.taken",         bike)
ANNALS_EVENT(frame_released,  "frame.released")

struct frame {
    static constexpr auto category = "frame";
    using event = std::variant<frame_taken, frame_released>;

    void evolve(const frame_taken&)    { is_taken = true; }
    void evolve(const frame_released&) { is_taken = false; }
    auto is_free() const -> bool       { return !is_taken; }

    bool is_taken = false;
};
// clang-format on

struct register_bike {
    std::string bike, frame;
};
struct rent_bike {
    std::string customer;
};
struct return_bike {};
struct repair_bike {
    std::vector<std::string> parts;
};
struct retire_bike {};
struct take_bike {
    std::string bike;
};

struct bike {
    static constexpr auto category = "bike";
    using event = std::variant<bike_registered, bike_rented, bike_returned, bike_repaired, bike_retired>;
    using decision = commands::decision<event>;

    auto decide(const register_bike&) const -> decision;
    auto decide(const retire_bike&) const -> decision;
    auto decide(const repair_bike&) const -> decision;
    auto decide(const return_bike&, const commands::context&) const -> decision;
    auto decide(const rent_bike& command) const -> decision
    {
        if (is_out) return refuse("this bike is out");
        return bike_rented{command.customer};
    }
    void evolve(const bike_registered& fact) { own_frame = fact.frame; }
    void evolve(const bike_rented&, const eventstore::recorded_event&);
    void evolve(const bike_returned&) { is_out = false; }
    void evolve(const bike_repaired&) {}
    void evolve(const bike_retired&) { own_frame.clear(); }

    std::string own_frame;
    bool is_out = false;
    eventstore::timestamp rented_at{};
};

struct customer {
    static constexpr auto category = "customer";
    using event = std::variant<bike_taken>;
    using decision = commands::decision<event>;

    auto decide(const take_bike& command) const -> decision
    {
        if (has_bike) return refuse("this customer has a bike");
        return bike_taken{command.bike};
    }
    void evolve(const bike_taken&) { has_bike = true; }

    bool has_bike = false;
};

// clang-format off
auto bike::decide(const register_bike& command) const -> decision
{
    if (!own_frame.empty()) return refuse("this bike is registered already");
    return decision{bike_registered{command.frame}}
        .claiming<frame>(command.frame, frame_taken{command.bike}, refuse("this frame is on another bike"));
}
auto bike::decide(const retire_bike&) const -> decision
{
    if (own_frame.empty()) return {};
    return decision{bike_retired{}}.releasing<frame>(own_frame, frame_released{});
}

auto bike::decide(const repair_bike& command) const -> decision
{
    decision all;
    for (const auto& part : command.parts) all += bike_repaired{part};
    return all;
}

auto bike::decide(const return_bike&, const commands::context& at) const -> decision
{
    if (!is_out) return refuse("this bike is here");
    return bike_returned{std::chrono::duration_cast<std::chrono::minutes>(at.now - rented_at).count()};
}
void bike::evolve(const bike_rented&, const eventstore::recorded_event& at)
{
    is_out = true;
    rented_at = at.time();
}
// clang-format on

auto rent(eventstore::store& store) -> std::string
{
// clang-format off
const auto answer = handle(store, on<bike>("B-1", rent_bike{"C-1"}), on<customer>("C-1", take_bike{"B-1"}),
                           {.user_id = "ada"});
if (!answer) return to_string(*answer.error().stream) + ": " + answer.error().reason;
// clang-format on
    return to_string(answer->token);
}

auto repair_all(eventstore::store& store, const std::vector<std::string>& keys) -> std::size_t
{
// clang-format off
std::vector<commands::command_for> all;
for (const auto& key : keys) all.push_back(on<bike>(key, repair_bike{{"tyre"}}));
const auto repaired = handle(store, all);
// clang-format on
    return repaired->streams.size();
}

}  // namespace rental

TEST_CASE("the guide's rental rents, repairs and retires bikes as the guide says")
{
    using namespace rental;
    eventstore::memory::memory_store store;
    CHECK(handle<bike>(store, "B-1", register_bike{"B-1", "F-1"}));
    CHECK(handle<bike>(store, "B-2", register_bike{"B-2", "F-1"}).error().reason == "this frame is on another bike");
    CHECK(rent(store).starts_with("bike/"));
    CHECK(rent(store) == "bike-B-1: this bike is out");
    CHECK(handle<bike>(store, "B-1", return_bike{}));
    CHECK(rent(store) == "customer-C-1: this customer has a bike");
    CHECK(repair_all(store, {"B-1", "B-2"}) == 2);
    CHECK(handle<bike>(store, "B-1", retire_bike{}));
    CHECK(handle<bike>(store, "B-2", register_bike{"B-2", "F-1"}));

    const auto noon = eventstore::parse_timestamp("2026-01-31T12:00:00Z");
    // clang-format off
given<bike>(bike_registered{"F-1"}, recorded(noon, bike_rented{"C-1"}))
    .when(return_bike{}, {.now = noon + 20min})
    .then(bike_returned{20});
given<bike>(bike_registered{"F-1"}).when(retire_bike{}).then(bike_retired{}).then_releases<frame>("F-1");
    // clang-format on
}
