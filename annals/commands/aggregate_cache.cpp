// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/aggregate_cache.hpp>

#include <algorithm>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace annals::commands {
namespace {

/// Several locks instead of one. A small cache has one, and has exactly its given size.
constexpr std::size_t shards_max = 16;
constexpr std::size_t shard_bytes_min = 1 << 20;

struct key_view {
    const aggregate_type* type;
    std::string_view key;

    auto operator==(const key_view&) const -> bool = default;
};

struct entry {
    const aggregate_type* type;
    std::string key;
    versioned_state state;
    std::size_t bytes;

    auto id() const -> key_view { return {type, key}; }
};

struct hash_of_key {
    auto operator()(const key_view& id) const -> std::size_t
    {
        return std::hash<std::string_view>{}(id.key) ^ std::hash<const void*>{}(id.type);
    }
};

auto bytes_of(std::string_view key, const versioned_state& state) -> std::size_t
{
    constexpr std::size_t nodes = 64;        // of the list and of the index
    return sizeof(entry) + sizeof(key_view) + nodes + key.size() + state.value->size_bytes();
}

}  // namespace

/// The most recently used first.
class aggregate_cache::shard {
public:
    explicit shard(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    auto find(const key_view& id) -> std::optional<versioned_state>
    {
        const std::scoped_lock lock(mutex_);
        const auto found = index_.find(id);
        if (found == index_.end()) {
            ++counted_.misses;
            return {};
        }
        ++counted_.hits;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->state;
    }

    void keep(const key_view& id, const versioned_state& state, std::size_t bytes)
    {
        const std::scoped_lock lock(mutex_);
        const auto found = index_.find(id);
        if (found != index_.end()) {
            if (state.version < found->second->state.version) return;
            remove(found->second);
        }
        if (bytes > bytes_max_) return;
        entries_.push_front({id.type, std::string(id.key), state, bytes});
        index_.emplace(entries_.front().id(), entries_.begin());
        counted_.bytes += bytes;
        for (; counted_.bytes > bytes_max_; ++counted_.evictions) remove(std::prev(entries_.end()));
    }

    void forget(const key_view& id)
    {
        const std::scoped_lock lock(mutex_);
        if (const auto found = index_.find(id); found != index_.end()) remove(found->second);
    }

    void clear()
    {
        const std::scoped_lock lock(mutex_);
        index_.clear();
        entries_.clear();
        counted_.bytes = 0;
    }

    void add_to(figures& all) const
    {
        const std::scoped_lock lock(mutex_);
        all.states += entries_.size();
        all.bytes += counted_.bytes;
        all.hits += counted_.hits;
        all.misses += counted_.misses;
        all.evictions += counted_.evictions;
    }

private:
    void remove(std::list<entry>::iterator old)
    {
        counted_.bytes -= old->bytes;
        index_.erase(old->id());
        entries_.erase(old);
    }

    const std::size_t bytes_max_;
    mutable std::mutex mutex_;
    std::list<entry> entries_;
    std::unordered_map<key_view, std::list<entry>::iterator, hash_of_key> index_;  // its keys view the entries
    figures counted_;
};

aggregate_cache::aggregate_cache(eventstore::store& store, std::size_t bytes_max) : store_(store)
{
    const auto shards = std::clamp<std::size_t>(bytes_max / shard_bytes_min, 1, shards_max);
    for (std::size_t i = 0; i < shards; ++i) shards_.push_back(std::make_unique<shard>(bytes_max / shards));
}

aggregate_cache::~aggregate_cache() = default;

auto aggregate_cache::shard_of(std::string_view key) -> shard&
{
    return *shards_[std::hash<std::string_view>{}(key) % shards_.size()];
}

auto aggregate_cache::find(const aggregate_type& type, std::string_view key) -> std::optional<versioned_state>
{
    return shard_of(key).find({&type, key});
}

void aggregate_cache::keep(const aggregate_type& type, std::string_view key, const versioned_state& state)
{
    shard_of(key).keep({&type, key}, state, bytes_of(key, state));
}

void aggregate_cache::forget(const aggregate_type& type, std::string_view key) { shard_of(key).forget({&type, key}); }

void aggregate_cache::clear()
{
    for (const auto& each : shards_) each->clear();
}

auto aggregate_cache::count() const -> figures
{
    figures all;
    for (const auto& each : shards_) each->add_to(all);
    return all;
}

}  // namespace annals::commands
