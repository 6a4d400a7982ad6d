// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>
#include <tests/histories/any_plan.hpp>
#include <tests/histories/check.hpp>
#include <tests/histories/run.hpp>
#include <tests/support/property.hpp>

using namespace annals;
using namespace annals::histories;

TEST_CASE("whatever several clients do to the store in memory, its history breaks nothing")
{
    const eventstore::contract::subject tested{std::make_shared<eventstore::memory::memory_store>()};
    tests::check_property_for(tests::property_time(std::chrono::seconds{3}), "a history in memory", [&] {
        const auto found = check(run(*any_plan(4, 20), tested));
        if (!found.text.empty()) RC_FAIL(found.text);
    });
}
