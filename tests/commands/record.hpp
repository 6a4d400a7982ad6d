// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>
#include <tests/support/hooked_store.hpp>

namespace annals::tests {

/// Another process records a fact: the hooks and counts do not see it.
template <class Fact>
void record(hooked_store& store, const eventstore::stream_id& stream, const Fact& fact)
{
    (void)store.behind().append(
        {.streams = {{stream, eventstore::expected_version::any(), {facts::to_new_event(fact)}}}});
}

}  // namespace annals::tests
