// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_snapshots.hpp>

namespace annals::eventstore::memory {

auto memory_snapshots::find(const stream_id& stream, std::string_view state_schema) -> std::optional<snapshot>
{
    const std::scoped_lock lock(mutex_);
    const auto found = kept_.find({stream, std::string(state_schema)});
    return found == kept_.end() ? std::nullopt : std::optional(found->second);
}

void memory_snapshots::keep(const snapshot& taken)
{
    const std::scoped_lock lock(mutex_);
    auto& kept = kept_[{taken.stream, taken.state_schema}];
    if (kept.version <= taken.version) kept = taken;
}

auto memory_snapshots::size() const -> std::size_t
{
    const std::scoped_lock lock(mutex_);
    return kept_.size();
}

void memory_snapshots::clear()
{
    const std::scoped_lock lock(mutex_);
    kept_.clear();
}

}  // namespace annals::eventstore::memory
