// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/state.hpp>
#include <annals/eventstore/store.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace annals::commands {

/// Caches the states of recently used aggregates, so that a command need not read the whole stream:
///
///     commands::aggregate_cache cache{store};
///     commands::handle<sample>(store, "S-1", validate_sample{"ada"}, {}, {.cache = &cache});
///
/// Holds only committed states. Others may have written since. A command that records something decides on the cached
/// state and appends with its version; on a conflict it reads the rest of the stream. A refusal, or a decision of
/// nothing, is made on a state that was compared with the log. Thread-safe; for one store, and one incarnation of it.
/// When a log was restored from a backup, call `clear` in processes that keep running.
class aggregate_cache {
public:
    /// Bytes of states and keys (`state_size.hpp`), with the cache's own; the least recently used are dropped first.
    explicit aggregate_cache(eventstore::store&, std::size_t bytes_max = 64 << 20);
    ~aggregate_cache();

    auto store() const -> const eventstore::store& { return store_; }

    auto find(const aggregate_type&, std::string_view key) -> std::optional<versioned_state>;
    /// Keeps it unless a newer one is there, or it takes more than a sixteenth of a large cache, or all of a small
    /// one.
    void keep(const aggregate_type&, std::string_view key, const versioned_state&);
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
