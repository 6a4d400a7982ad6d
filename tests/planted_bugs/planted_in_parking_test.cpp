// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/planted_bugs/bug.hpp>
#include <tests/planted_bugs/check_decision.hpp>
#include <tests/processors/journal.hpp>
#include <tests/processors/parking_history.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <random>

using namespace annals;
using namespace annals::planted_bugs;
using namespace annals::processors::tests;
using namespace std::chrono_literals;

namespace {

using clock = std::chrono::steady_clock;

/// The first fault of this kind of random histories in a database with the bug, or nothing when the time is over.
auto look_for(const bug& planted, clock::duration time) -> std::string
{
    const auto until = clock::now() + time;
    for (std::random_device random; clock::now() < until;) {
        const tests::temporary_database database;
        create_journal(database.dsn());
        libpq::connection session(database.dsn());
        if (!planted.tables.empty()) session.execute(planted.tables);
        const auto seed = random();
        const auto fault = run_parking(database.dsn(), seed).fault;
        if (!fault.empty() && fault.starts_with(planted.caught_by))
            return "seed " + std::to_string(seed) + ": " + fault;
    }
    return {};
}

}  // namespace

TEST_CASE("without a bug, parked keys keep their order")
{
    const bug none{.name = "none", .caught_by = ""};
    CHECK(look_for(none, 5s) == "");
}

TEST_CASE("every bug in parking is caught")
{
    for (const auto& planted : bugs_in_parking()) {
        const auto found = look_for(planted, 60s);
        MESSAGE(planted.name, ": ", found);
        CHECK_MESSAGE(found != "", planted.name, " was not caught");
        check_is_in_the_decision(planted);
    }
}
