// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/lag_metrics.hpp>

#include <chrono>
#include <string>

namespace annals::cli {
namespace {

auto sample_of(const lag_row& row, const char* label, const std::string& text, double value) -> metric_sample
{
    return {{{"projection", row.processor.name}, {"version", std::to_string(row.processor.version)}, {label, text}},
            value};
}

}  // namespace

auto lag_metrics(const std::vector<lag_row>& by_log, const std::vector<lag_row>& by_processor) -> std::vector<metric>
{
    metric position{"annals_projection_position", "Position of the last event that was applied."};
    metric events{"annals_projection_lag_events", "Events that are not applied yet."};
    metric seconds{"annals_projection_lag_seconds", "Age of the oldest event that is not applied yet."};
    metric state{"annals_projection_state", "1 for the present state, as annals projections list shows it."};
    for (const auto& row : by_log) {
        if (!row.now) continue;
        const auto add = [&](metric& to, double value) { to.samples.push_back(sample_of(row, "log", row.log, value)); };
        add(position, static_cast<double>(row.now->applied));
        add(events, static_cast<double>(row.now->behind()));
        add(seconds, std::chrono::duration<double>(row.now->age).count());
    }
    for (const auto& row : by_processor) state.samples.push_back(sample_of(row, "state", row.state, 1));
    return {position, events, seconds, state};
}

}  // namespace annals::cli
