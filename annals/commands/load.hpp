// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/typed_state.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/eventstore/timestamp.hpp>

#include <string>
#include <utility>
#include <variant>

namespace annals::commands {

/// Up to which event: the last one, that of a version, or the last one recorded by a time.
using moment = std::variant<std::monostate, eventstore::stream_version, eventstore::timestamp>;

/// An aggregate's state at a moment, read from its events: version 0 when it did not exist yet. Throws
/// `invalid_request` for a version that the stream does not have.
[[nodiscard]] auto state_at(eventstore::store&, const eventstore::stream_id&, const aggregate_type&, const moment& = {})
    -> versioned_state;

template <class Aggregate>
struct loaded {
    Aggregate state;
    eventstore::stream_version version;      ///< of the last event in it
};

/// The same, as the aggregate itself:
///
///     const auto yesterday = commands::load<sample>(store, "S-1", eventstore::now() - 24h);
template <class Aggregate>
[[nodiscard]] auto load(eventstore::store& store, std::string key, const moment& at = {}) -> loaded<Aggregate>
{
    if constexpr (detail::is_aggregate<Aggregate>()) {
        const auto& type = aggregate_type_of<Aggregate>();
        const auto found = state_at(store, {type.category, std::move(key)}, type, at);
        return {state_in<Aggregate>(*found.value), found.version};
    } else {
        std::terminate();
    }
}

}  // namespace annals::commands
