// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/check.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/sql/batch.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_projection.hpp>

#include <algorithm>
#include <iterator>

namespace annals::projections {
namespace {

using events = std::span<const eventstore::recorded_event>;

/// The first row, as text, that occurs more often in `left` than in `right`.
auto row_only_in(pqxx::transaction_base& tx, const std::string& left, const std::string& right) -> std::string
{
    const auto rows =
        tx.exec("select t::text from " + left + " t except all select t::text from " + right + " t order by 1 limit 1");
    return rows.empty() ? std::string() : rows[0][0].as<std::string>();
}

auto compare(pqxx::transaction_base& tx, const std::string& one_by_one, const std::string& at_once)
    -> std::optional<difference>
{
    for (const auto& table : schema::tables(tx, one_by_one)) {
        const auto left = one_by_one + "." + tx.quote_name(table), right = at_once + "." + tx.quote_name(table);
        difference found{table, row_only_in(tx, left, right), row_only_in(tx, right, left)};
        if (found.one_by_one.empty() && found.at_once.empty()) continue;
        found.table = tx.query_value<std::string>("select quote_ident($1)", pqxx::params{table});
        return found;
    }
    return std::nullopt;
}

void apply(pqxx::transaction_base& tx, sql_projection& projection, const sql_file& file, events batch)
{
    try {
        projection.apply(tx, batch);
    } catch (const pqxx::sql_error& problem) {
        const auto& first = batch.front();
        throw eventstore::invalid_request(file.path + ": the event " + to_string(first.stream) + " version "
                                          + std::to_string(first.version.number) + " (" + first.type
                                          + ") cannot be applied: " + words_of(problem));
    }
}

}  // namespace

auto to_string(const difference& found) -> std::string
{
    auto text = "the rows of " + found.table + " depend on how events are batched: ";
    if (!found.one_by_one.empty()) text += found.one_by_one + " when applied one by one";
    if (!found.one_by_one.empty() && !found.at_once.empty()) text += ", ";
    if (!found.at_once.empty()) text += found.at_once + " when applied together";
    return text;
}

auto check(pqxx::connection& connection, const sql_file& file, events sample) -> std::optional<difference>
{
    const auto scratch = "check_" + std::to_string(connection.backendpid());
    const auto first = scratch + "_one_by_one", second = scratch + "_at_once";
    sql_projection one_by_one(file, first), at_once(file, second);
    one_by_one.prepare(connection);

    pqxx::work tx(connection);               // never committed
    const auto definition = file.definition();
    for (const auto& name : {first, second}) schema::create(tx, definition, name);
    for (std::size_t i = 0; i < sample.size(); ++i) {
        if (i % batch::fills_max == 0) batch::empty(tx);
        apply(tx, one_by_one, file, sample.subspan(i, 1));
    }
    if (!sample.empty()) apply(tx, at_once, file, sample);
    return compare(tx, first, second);
}

auto unseen_types(const sql_file& file, events sample) -> std::vector<unseen_type>
{
    std::vector<unseen_type> unseen;
    for (const auto& block : file.blocks)
        for (const auto& type : block.types)
            if (std::ranges::none_of(sample, [&](const auto& event) { return type.matches(event.type); }))
                unseen.push_back({type.text(), block.statements.line - 1});
    return unseen;
}

auto sample_of(eventstore::store& store, const std::vector<std::string>& categories, std::size_t events)
    -> std::vector<eventstore::recorded_event>
{
    std::vector<eventstore::log_cursor> firsts, lasts;
    std::vector<std::int64_t> heads;
    for (const auto& name : categories) {
        if (!store.find_category(name)) continue;
        for (int partition = 0; const auto& head : store.heads(name)) {
            firsts.push_back({{name, partition++}, {}});
            heads.push_back(head.number);
        }
    }
    if (firsts.empty()) return {};
    const auto count = std::max<std::size_t>(events / firsts.size(), 1);
    const auto count_last = static_cast<std::int64_t>(count / 2);
    const auto count_first = static_cast<std::int64_t>(count) - count_last;
    for (std::size_t i = 0; i < firsts.size(); ++i)
        lasts.push_back({firsts[i].log, {std::max(count_first, heads[i] - count_last)}});
    auto sample = store.read_logs(firsts, {.events_max = count - count / 2});
    if (count_last > 0)
        std::ranges::move(store.read_logs(lasts, {.events_max = count / 2}), std::back_inserter(sample));
    return sample;
}

}  // namespace annals::projections
