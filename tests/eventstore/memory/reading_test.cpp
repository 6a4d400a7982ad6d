// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/reading.hpp>
#include <tests/support/hooked_store.hpp>

#include <doctest/doctest.h>

#include <iterator>

using namespace annals;
using namespace annals::eventstore;

TEST_CASE("a range whose first page could not be read gives all events when it is asked again")
{
    tests::hooked_store store;
    for (int n = 0; n < 20; ++n)
        REQUIRE(
            store.append({.streams = {{{"sample", "S-" + std::to_string(n)}, {}, {new_event{.type = "created"}}}}}));
    store.before_read_logs = tests::only_once([] { throw unavailable("the log is away"); });
    auto events = events_of(store, "sample");
    CHECK_THROWS_AS((void)events.begin(), unavailable);
    CHECK(std::ranges::distance(events) == 20);
}
