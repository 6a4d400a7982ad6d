// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/log_directory.hpp>

#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/partition.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto select_logs = "select log from annals.logs where tenant = '' and category = $1 order by partition";
constexpr auto select_categories = "select name, partitions from annals.categories order by name";
constexpr auto create_category = "select annals.ensure_category($1, $2)";

/// The category has another number of partitions than asked for; raised by annals.ensure_category.
constexpr std::string_view other_partitions = "LG001";

}  // namespace

auto category_logs::log_of(std::string_view key) const -> stream_log
{
    const auto partition = partition_of(key, of.partitions);
    return {logs[static_cast<std::size_t>(partition)], partition};
}

auto log_directory::remembered(std::string_view category) const -> std::shared_ptr<const category_logs>
{
    const std::shared_lock lock(mutex_);
    const auto found = known_.find(category);
    return found == known_.end() ? nullptr : found->second;
}

auto log_directory::find(std::string_view category) -> std::shared_ptr<const category_logs>
{
    if (auto known = remembered(category)) return known;
    const auto logs = sessions_.query(select_logs, parameters::of(category));
    if (logs.empty()) return nullptr;
    auto found = std::make_shared<category_logs>();
    for (int row = 0; row < logs.size(); ++row) found->logs.push_back(logs.get<std::int32_t>(row, 0));
    found->of = {std::string(category), logs.size()};
    const std::unique_lock lock(mutex_);
    return known_.try_emplace(found->of.name, std::move(found)).first->second;
}

auto log_directory::find_or_create(const category& wanted) -> std::shared_ptr<const category_logs>
{
    if (auto found = find(wanted.name)) return found;
    try {
        ensure(wanted);
    } catch (const mismatch&) {
        // Another caller created it in between, with another number of partitions.
    }
    return find(wanted.name);
}

auto log_directory::all() -> std::vector<category>
{
    std::vector<category> categories;
    const auto rows = sessions_.query(select_categories, {});
    for (int row = 0; row < rows.size(); ++row)
        categories.push_back({rows.get<std::string>(row, 0), rows.get<std::int32_t>(row, 1)});
    return categories;
}

void log_directory::ensure(const category& wanted)
{
    check_category(wanted.name);
    check_partitions(wanted.partitions);
    try {
        sessions_.query(create_category, parameters::of(wanted.name, wanted.partitions));
    } catch (const statement_error& problem) {
        if (problem.sqlstate() == other_partitions) throw mismatch(problem.what());
        throw;
    }
}

}  // namespace annals::eventstore::postgres
