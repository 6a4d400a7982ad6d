// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/lag.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto select_checkpoints = R"(
    select c.processor, c.version, coalesce(c.registration, 0), l.category, l.partition, c.position
    from annals.checkpoints c join annals.logs l using (log)
    order by c.processor, c.version, l.category, l.partition)";

constexpr auto select_live = R"(
    select name, version, registration, category from annals.projections, unnest(categories) category where live)";

auto checkpoints(pqxx::transaction_base& tx) -> std::vector<log_lag>
{
    std::vector<log_lag> all;
    for (const auto& [name, version, registration, category, partition, position] :
         tx.query<std::string, int, std::int64_t, std::string, int, std::int64_t>(select_checkpoints))
        all.push_back({.processor = {name, version, registration},
                       .log = {category, partition},
                       .checkpoint = {position},
                       .head = {}});
    return all;
}

/// The heads of a category's logs; each category is asked once.
class heads_by_category {
public:
    explicit heads_by_category(store& log) : log_(log) {}

    auto of(const std::string& category) -> const std::vector<log_position>&
    {
        auto [known, is_new] = heads_.try_emplace(category);
        if (is_new && log_.find_category(category)) known->second = log_.heads(category);
        return known->second;
    }
    auto of(const log_id& log) -> log_position
    {
        const auto& all = of(log.category);
        const auto partition = static_cast<std::size_t>(log.partition);
        return partition < all.size() ? all[partition] : log_position{};
    }

private:
    store& log_;
    std::map<std::string, std::vector<log_position>> heads_;
};

/// The logs of live projections that no worker has begun.
void add_not_begun(pqxx::transaction_base& tx, heads_by_category& heads, std::vector<log_lag>& all)
{
    const auto order = [](const log_lag& one) { return std::tie(one.processor, one.log); };
    std::ranges::sort(all, {}, order);
    std::vector<log_lag> added;
    for (const auto& [name, version, registration, category] :
         tx.query<std::string, int, std::int64_t, std::string>(select_live))
        for (int partition = 0; partition < static_cast<int>(heads.of(category).size()); ++partition) {
            const log_lag one{
                .processor = {name, version, registration}, .log = {category, partition}, .checkpoint = {}, .head = {}};
            if (!std::ranges::binary_search(all, order(one), {}, order)) added.push_back(one);
        }
    all.insert(all.end(), added.begin(), added.end());
    std::ranges::sort(all, {}, order);
}

}  // namespace

auto lag_by_log(pqxx::connection& model, store& log) -> std::vector<log_lag>
{
    heads_by_category heads(log);
    pqxx::nontransaction tx(model);
    auto all = checkpoints(tx);
    add_not_begun(tx, heads, all);
    for (auto& one : all) {
        one.head = std::max(one.checkpoint, heads.of(one.log));
        if (one.events() == 0) continue;
        const auto oldest = log.read_log(one.log, one.checkpoint, {.events_max = 1});
        if (!oldest.empty()) one.age = std::max(one.age, std::chrono::microseconds(now() - oldest[0].recorded_at));
    }
    return all;
}

auto sum_of(const std::vector<log_lag>& logs) -> std::vector<processor_lag>
{
    std::vector<processor_lag> all;
    for (const auto& one : logs) {
        if (all.empty() || all.back().processor != one.processor) all.push_back({.processor = one.processor});
        all.back().applied += one.checkpoint.number;
        all.back().events += one.events();
        all.back().age = std::max(all.back().age, one.age);
    }
    return all;
}

auto lag(pqxx::connection& model, store& log) -> std::vector<processor_lag> { return sum_of(lag_by_log(model, log)); }

}  // namespace annals::processors
