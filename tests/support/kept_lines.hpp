// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace annals::tests {

/// Keeps the log lines of this process, once `telemetry::send_log_to` has it.
class kept_lines final : public telemetry::log_sink {
public:
    auto wants(telemetry::level) const -> bool override { return true; }
    void write(telemetry::level, std::string_view message, std::span<const telemetry::field>) override
    {
        const std::scoped_lock lock(mutex_);
        lines_.emplace_back(message);
    }
    auto count(std::string_view part)
    {
        const std::scoped_lock lock(mutex_);
        return std::ranges::count_if(lines_, [&](const auto& line) { return line.contains(part); });
    }
    auto take() -> std::vector<std::string>
    {
        const std::scoped_lock lock(mutex_);
        return std::exchange(lines_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
};

}  // namespace annals::tests
