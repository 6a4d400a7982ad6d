// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/presence.hpp>

#include <map>
#include <optional>
#include <string>

namespace annals::operations {

/// Which processes move sagas on.
class saga_runners {
public:
    /// For a user who may not see that, everything counts as run.
    explicit saga_runners(libpq::connection& log);

    /// Processes that have sagas of this type now.
    auto count(const std::string& type) const -> int;
    auto is_run(const std::string& type) const -> bool { return !is_visible_ || count(type) > 0; }
    /// For a type that no process runs: that, and which program to start.
    auto why_not(const std::string& type) const -> std::string;

private:
    bool is_visible_ = false;
    std::map<std::string, int> processes_;           // by type
    std::optional<process_rows> known_;
};

}  // namespace annals::operations
