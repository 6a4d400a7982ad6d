// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/lag_reader.hpp>

#include <annals/app/suggestion.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>

#include <algorithm>

namespace annals::cli {
namespace {

constexpr std::chrono::seconds seen_over{10};

using processors::log_lag, processors::processor_activity, processors::processor_lag;

auto look_at(const log_lag& one) -> lag_look
{
    return {.applied = one.checkpoint.number, .head = one.head.number, .age = one.age};
}

auto look_at(const processor_lag& one) -> lag_look
{
    return {.applied = one.applied, .head = one.applied + one.events, .age = one.age};
}

[[noreturn]] void refuse_unknown(const session& session, const std::string& name,
                                 const std::vector<processor_activity>& all)
{
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(one.processor.name);
    throw failure("there is no projection or processor \"" + name + "\"",
                  app::did_you_mean(name, names, "`" + session.program() + " lag` shows those there are"));
}

}  // namespace

auto lag_reader::rows(pqxx::connection& models) -> std::vector<lag_row>
{
    // A processor that comes after this has no lag yet, but a state.
    const auto logs = processors::lag_by_log(models, session_.store());
    pqxx::nontransaction tx(models);
    auto all = processors::read_activities(tx);
    const auto is_other = [&](const processor_activity& one) { return one.processor.name != wanted_.name; };
    if (!wanted_.name.empty() && std::ranges::all_of(all, is_other)) refuse_unknown(session_, wanted_.name, all);
    if (!wanted_.name.empty()) std::erase_if(all, is_other);
    std::vector<lag_row> found;
    const auto sums = processors::sum_of(logs);
    for (const auto& one : all) {
        const lag_row bare{.processor = one.processor, .state = one.state, .log = {}, .now = {}, .trend = {}};
        if (!wanted_.by_log) {
            const auto sum = std::ranges::find(sums, one.processor, &processor_lag::processor);
            found.push_back(bare);
            if (sum != sums.end()) found.back().now = look_at(*sum);
            continue;
        }
        for (const auto& log : logs) {
            if (log.processor != one.processor) continue;
            found.push_back(bare);
            found.back().log = to_string(log.log);
            found.back().now = look_at(log);
        }
    }
    return found;
}

void lag_reader::compare(std::vector<lag_row>& rows)
{
    const auto now = clock::now();
    auto before = std::exchange(before_, {});
    for (auto& row : rows) {
        if (!row.now) continue;
        auto& looks = before_[{row.processor, row.log}];
        looks = std::move(before[{row.processor, row.log}]);
        while (looks.size() > 1 && now - looks.front().at > seen_over) looks.pop_front();
        if (!looks.empty()) {
            row.trend = trend_between(looks.front().look, *row.now, now - looks.front().at);
            const auto since_last = trend_between(looks.back().look, *row.now, now - looks.back().at);
            row.trend->applied_per_second = since_last.applied_per_second;
        }
        looks.push_back({now, *row.now});
    }
}

auto lag_reader::look() -> std::vector<lag_row>
{
    try {
        if (!models_) models_ = processors::open_model_connection(session_.configuration().read_dsn(), "lag");
        auto found = rows(*models_);
        compare(found);
        return found;
    } catch (const std::exception&) {
        models_.reset();
        throw;
    }
}

}  // namespace annals::cli
