// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/contract/store_contract.hpp>
#include <annals/eventstore/memory/memory_store.hpp>

using namespace annals::eventstore;

TEST_CASE("a completion may append again")
{
    memory::memory_store store;
    int done = 0;
    store.append({.streams = {{{"a", "1"}, expected_version::any(), contract::events(1)}}}, [&](append_outcome) {
        done += store.append({.streams = {{{"a", "2"}, expected_version::any(), contract::events(1)}}}) ? 1 : 0;
    });
    CHECK(done == 1);
}
