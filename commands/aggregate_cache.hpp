// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <commands/state.hpp>
#include <eventstore/store.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace annals::commands {

/// The states of the aggregates that this process used last, so that a command need not read the whole stream:
///
///     commands::aggregate_cache cache{store};
///     commands::handle<sample>(store, "S-1", validate_sample{"ada"}, {}, {.cache = &cache});
///
/// Holds nothing but what is committed. Others may have written since: a command that records something is decided on
/// the cached state and appended with its version, a conflict makes it read on; one that is refused or has nothing to
/// do is decided on a state that was compared with the log. Thread-safe; for one store, and one incarnation of it.
/// After a log was restored from a backup, a process that goes on needs a `clear`.
class aggregate_cache {
public:
    /// Bytes of states and keys (`state_size.hpp`), with what the cache adds; what was not used longest goes first.
    explicit aggregate_cache(eventstore::store&, std::size_t bytes_max = 64 << 20);
    ~aggregate_cache();

    auto store() const -> const eventstore::store& { return store_; }

    auto find(const aggregate_type&, std::string_view key) -> std::optional<known_state>;
    /// Keeps it unless a newer one is there, or it takes more than a sixteenth of a large cache, or all of a small
    /// one.
    void keep(const aggregate_type&, std::string_view key, const known_state&);
    void forget(const aggregate_type&, std::string_view key);
    void clear();

    struct figures {
        std::size_t states = 0, bytes = 0;
        std::uint64_t hits = 0, misses = 0, evictions = 0;
    };
    auto count() const -> figures;

private:
    class shard;

    auto shard_of(std::string_view key) -> shard&;

    const eventstore::store& store_;
    std::vector<std::unique_ptr<shard>> shards_;
};

}  // namespace annals::commands
