// SPDX-License-Identifier: Apache-2.0
#include <processors/lag.hpp>

#include <algorithm>
#include <map>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto select_checkpoints = R"(
    select c.processor, c.version, coalesce(c.registration, 0), l.category, l.partition, c.position
    from annals.checkpoints c join annals.logs l using (log)
    order by c.processor, c.version, l.category, l.partition)";

}  // namespace

auto lag_by_log(pqxx::connection& model, store& log) -> std::vector<log_lag>
{
    std::vector<log_lag> all;
    {
        pqxx::nontransaction tx(model);
        for (const auto& [name, version, registration, category, partition, position] :
             tx.query<std::string, int, std::int64_t, std::string, int, std::int64_t>(select_checkpoints))
            all.push_back({.processor = {name, version, registration},
                           .log = {category, partition},
                           .checkpoint = {position},
                           .head = {}});
    }
    std::map<std::string, std::vector<log_position>> heads;
    for (auto& one : all) {
        auto [known, is_new] = heads.try_emplace(one.log.category);
        if (is_new) known->second = log.heads(one.log.category);
        one.head = std::max(one.checkpoint, known->second.at(static_cast<std::size_t>(one.log.partition)));
        if (one.events() == 0) continue;
        const auto oldest = log.read_log(one.log, one.checkpoint, {.events_max = 1});
        if (!oldest.empty()) one.age = std::max(one.age, std::chrono::microseconds(now() - oldest[0].recorded_at));
    }
    return all;
}

auto lag(pqxx::connection& model, store& log) -> std::vector<processor_lag>
{
    std::vector<processor_lag> all;
    for (const auto& one : lag_by_log(model, log)) {
        if (all.empty() || all.back().processor != one.processor) all.push_back({.processor = one.processor});
        all.back().applied += one.checkpoint.number;
        all.back().events += one.events();
        all.back().age = std::max(all.back().age, one.age);
    }
    return all;
}

}  // namespace annals::processors
