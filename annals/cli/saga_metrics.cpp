// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/saga_metrics.hpp>

#include <annals/operations/saga_table.hpp>

#include <algorithm>
#include <map>
#include <string>

namespace annals::cli {
namespace {

using operations::saga_count, operations::step_durations;

auto seconds(std::chrono::microseconds time) -> double { return std::chrono::duration<double>(time).count(); }

void add_counts(const std::string& type, const std::map<std::string, std::int64_t>& by_status, std::vector<metric>& to)
{
    const auto of = [&](const std::string& status) {
        const auto found = by_status.find(status);
        return static_cast<double>(found == by_status.end() ? 0 : found->second);
    };
    double started = 0, active = 0;
    for (const auto& [status, sagas] : by_status) started += static_cast<double>(sagas);
    for (const auto& status : operations::active_statuses()) active += of(status);
    to[0].samples.push_back({{{"saga_type", type}}, started});
    for (const auto& status : operations::ended_statuses())
        to[1].samples.push_back({{{"saga_type", type}, {"status", status}}, of(status)});
    to[2].samples.push_back({{{"saga_type", type}}, active});
    to[3].samples.push_back({{{"saga_type", type}}, of("parked")});
}

}  // namespace

auto saga_metrics(const std::vector<saga_count>& counts, const std::vector<step_durations>& durations)
    -> std::vector<metric>
{
    std::vector<metric> all{{"annals_sagas_started", "Sagas that were started, of those whose rows are kept."},
                            {"annals_sagas_ended", "Sagas that are over, by how they ended, where rows are kept."},
                            {"annals_sagas_active", "Sagas that are not over."},
                            {"annals_sagas_parked", "Sagas that need an operator."}};
    std::map<std::string, std::map<std::string, std::int64_t>> by_type;
    for (const auto& one : counts) by_type[one.type][one.status] += one.sagas;
    for (const auto& [type, by_status] : by_type) add_counts(type, by_status, all);

    metric quantiles{"annals_saga_step_seconds", "Time from the first attempt to success, of the last hour."};
    metric sums{"annals_saga_step_seconds_sum", "The same, added up."};
    metric steps{"annals_saga_step_seconds_count", "Steps that were done within the last hour."};
    for (const auto& one : durations) {
        const std::vector<std::pair<std::string, std::string>> labels{{"saga_type", one.type}, {"step", one.step}};
        const auto add = [&](const char* quantile, std::chrono::microseconds time) {
            auto with = labels;
            with.emplace_back("quantile", quantile);
            quantiles.samples.push_back({with, seconds(time)});
        };
        add("0.5", one.median);
        add("0.9", one.p90);
        add("0.99", one.p99);
        sums.samples.push_back({labels, seconds(one.sum)});
        steps.samples.push_back({labels, static_cast<double>(one.steps)});
    }
    std::ranges::move(std::vector{quantiles, sums, steps}, std::back_inserter(all));
    return all;
}

}  // namespace annals::cli
