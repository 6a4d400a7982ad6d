// SPDX-License-Identifier: Apache-2.0
// What ARCHITECTURE.md shows to an author of a store; tests/docs/pages_test.cpp checks that it is the same.
#include <annals/eventstore/contract/store_contract.hpp>
#include <annals/eventstore/memory/memory_store.hpp>

auto annals::eventstore::contract::store_under_test() -> subject
{
    return {.store = std::make_shared<memory::memory_store>()};
}
