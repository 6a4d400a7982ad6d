// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/engine/service_gate.hpp>

#include <doctest/doctest.h>

using namespace annals::sagas;
using namespace std::chrono_literals;
using ids = std::vector<std::string>;

namespace {

const annals::eventstore::timestamp noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + 12h};

auto gate_of_two() -> service_gate
{
    service_gate gate({{"lab", {.in_flight_max = 2, .failures_max = 3, .pause = 5s}}});
    gate.set_time(noon);
    return gate;
}

/// The lab has failed three times in a row.
auto closed_gate() -> service_gate
{
    auto gate = gate_of_two();
    for (const auto* key : {"a", "b", "c"}) {
        gate.enter("lab", key, key);
        gate.leave("lab", key, service_gate::how::failed);
    }
    return gate;
}

}  // namespace

TEST_CASE("a service is asked as much at the same time as it has room for")
{
    auto gate = gate_of_two();
    CHECK(gate.enter("lab", "A", "A/weigh"));
    CHECK(gate.enter("lab", "B", "B/weigh"));
    CHECK_FALSE(gate.enter("lab", "C", "C/weigh"));
    CHECK_FALSE(gate.enter("lab", "C", "C/scan"));
    CHECK_FALSE(gate.enter("lab", "D", "D/weigh"));
    CHECK(gate.is_waited_for());
    CHECK(gate.enter("mail", "C", "C/notify"));
    CHECK(gate.ready() == ids{});
    gate.leave("lab", "B/weigh", service_gate::how::answered);
    CHECK(gate.ready() == ids{"C"});
    CHECK(gate.enter("lab", "C", "C/weigh"));
    CHECK(gate.ready() == ids{});
    gate.leave("lab", "A/weigh");
    gate.leave("lab", "C/weigh");
    CHECK(gate.ready() == ids{"D"});
    CHECK_FALSE(gate.is_waited_for());
}

TEST_CASE("attempts that began elsewhere take their places, also where there is no room")
{
    auto gate = gate_of_two();
    for (const auto* key : {"a", "b", "c"}) gate.enter_again("lab", key);
    gate.leave("lab", "a", service_gate::how::answered);
    CHECK_FALSE(gate.enter("lab", "D", "d"));
    gate.leave("lab", "b", service_gate::how::answered);
    CHECK(gate.enter("lab", "D", "d"));
}

TEST_CASE("a service that fails again and again is left alone for a while")
{
    auto gate = closed_gate();
    CHECK_FALSE(gate.enter("lab", "D", "d"));
    gate.set_time(noon + 4999ms);
    CHECK(gate.ready() == ids{});
    gate.set_time(noon + 5s);
    CHECK(gate.ready() == ids{"D"});
    CHECK(gate.enter("lab", "D", "d"));
    CHECK_FALSE(gate.enter("lab", "E", "e"));
    SUBCASE("it answers: there is room for all again")
    {
        gate.leave("lab", "d", service_gate::how::answered);
        CHECK(gate.ready() == ids{"E"});
        CHECK(gate.enter("lab", "E", "e"));
        CHECK(gate.enter("lab", "F", "f"));
    }
    SUBCASE("it fails: one more attempt after each further while")
    {
        gate.leave("lab", "d", service_gate::how::failed);
        CHECK(gate.ready() == ids{});
        gate.set_time(noon + 10s);
        CHECK(gate.ready() == ids{"E"});
        CHECK(gate.enter("lab", "E", "e"));
        CHECK_FALSE(gate.enter("lab", "F", "f"));
    }
}

TEST_CASE("an answer between failures keeps a service open")
{
    auto gate = gate_of_two();
    for (int i = 0; i < 10; ++i) {
        CHECK(gate.enter("lab", "A", "a"));
        gate.leave("lab", "a", i % 3 == 2 ? service_gate::how::answered : service_gate::how::failed);
    }
}
