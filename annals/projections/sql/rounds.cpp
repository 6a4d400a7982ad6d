// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/rounds.hpp>

#include <string_view>
#include <unordered_map>

namespace annals::projections {
namespace {

/// Other programs may write any number of types, so the number of remembered types is limited.
constexpr std::size_t remembered_types_max = 10'000;

/// The state of a key: the run it is in, and which blocks match the run's events.
struct run {
    std::size_t round = 0;
    const std::vector<std::size_t>* blocks = nullptr;
};

/// Steps of a round, by block.
using round_steps = std::vector<std::vector<const eventstore::recorded_event*>>;

/// A key belongs to its category.
struct key_of {
    std::string_view category;
    std::string_view key;
    auto operator==(const key_of&) const -> bool = default;
};

struct hash_of_key {
    auto operator()(const key_of& one) const -> std::size_t
    {
        return std::hash<std::string_view>{}(one.key) * 31 + std::hash<std::string_view>{}(one.category);
    }
};

}  // namespace

auto rounds::matching(const std::string& type) -> const block_set&
{
    if (const auto known = matching_.find(type); known != matching_.end()) return known->second;
    block_set found;
    for (std::size_t block = 0; block < blocks_.size(); ++block)
        if (blocks_[block].matches(type)) found.push_back(block);
    return matching_.emplace(type, std::move(found)).first->second;
}

auto rounds::cut(std::span<const eventstore::recorded_event> events) -> std::vector<step>
{
    if (matching_.size() > remembered_types_max) matching_.clear();
    std::vector<round_steps> all;
    std::unordered_map<key_of, run, hash_of_key> runs;
    for (const auto& event : events) {
        const auto& blocks = matching(event.type);
        if (blocks.empty()) continue;
        auto& [round, current] =
            runs[order_ == block_order::per_key ? key_of{event.stream.category, event.stream.key} : key_of{}];
        const bool goes_on = current == nullptr || order_ == block_order::none || *current == blocks;
        if (!goes_on) ++round;
        current = &blocks;
        if (all.size() <= round) all.resize(round + 1, round_steps(blocks_.size()));
        for (const auto block : blocks) all[round][block].push_back(&event);
    }
    std::vector<step> steps;
    for (auto& round : all)
        for (std::size_t block = 0; block < round.size(); ++block)
            if (!round[block].empty()) steps.push_back({block, std::move(round[block])});
    return steps;
}

}  // namespace annals::projections
