// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/snapshots.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace annals::eventstore::memory {

/// Snapshots in memory: for tests and experiments.
class memory_snapshots final : public snapshots {
public:
    auto find(const stream_id&, std::string_view state_schema) -> std::optional<snapshot> override;
    void keep(const snapshot&) override;

    auto size() const -> std::size_t;
    void clear();

private:
    mutable std::mutex mutex_;
    std::map<std::pair<stream_id, std::string>, snapshot> kept_;
};

}  // namespace annals::eventstore::memory
