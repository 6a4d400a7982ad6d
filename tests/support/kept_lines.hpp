// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/telemetry/log_line.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace annals::tests {

/// Keeps the log lines of this process, once `telemetry::send_log_to` has it: `warning it fails projection=one`.
class kept_lines final : public telemetry::log_sink {
public:
    auto wants(telemetry::level) const -> bool override { return true; }
    void write(telemetry::level at, std::string_view message, std::span<const telemetry::field> fields) override
    {
        const std::scoped_lock lock(mutex_);
        messages_.emplace_back(message);
        lines_.push_back(telemetry::as_text(at, message, fields));
    }
    /// How many lines hold this.
    auto count(std::string_view part)
    {
        const std::scoped_lock lock(mutex_);
        return std::ranges::count_if(lines_, [&](const auto& line) { return line.contains(part); });
    }
    /// The messages since the last call, without levels and fields.
    auto take() -> std::vector<std::string>
    {
        const std::scoped_lock lock(mutex_);
        lines_.clear();
        return std::exchange(messages_, {});
    }

private:
    std::mutex mutex_;
    std::vector<std::string> messages_, lines_;
};

}  // namespace annals::tests
