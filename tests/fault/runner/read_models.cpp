// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/read_models.hpp>

#include <algorithm>
#include <array>
#include <tuple>

namespace annals::fault_runs {
namespace {

struct sums {
    std::int64_t total = 0, amount = 0, digest = 0;
    std::string versions;

    void add(const log_row& row)
    {
        ++total;
        amount += row.amount;
        digest = (digest * 31 + row.amount) % 1'000'003;
        versions += (versions.empty() ? "" : ",") + std::to_string(row.version);
    }
};

auto text(std::int64_t number) -> std::string { return std::to_string(number); }

/// The log's rows come by log and position, and a key is in one log: so they come in the order of a key's events.
auto sums_by_key(const whole_log& log, const is_applied& applied) -> std::map<std::string, sums>
{
    std::map<std::string, sums> all;
    for (const auto& row : log.rows)
        if (applied(row)) all[row.key].add(row);
    return all;
}

auto fold_totals(const whole_log& log, const is_applied& applied) -> model_rows
{
    model_rows rows;
    for (const auto& [key, of] : sums_by_key(log, applied))
        rows[key] = text(of.total) + " " + text(of.amount) + " {" + of.versions + "}";
    return rows;
}

auto fold_picky(const whole_log& log, const is_applied& applied) -> model_rows
{
    model_rows rows;
    for (const auto& [key, of] : sums_by_key(log, applied)) rows[key] = "{" + of.versions + "}";
    return rows;
}

auto fold_digests(const whole_log& log, const is_applied& applied) -> model_rows
{
    model_rows rows;
    for (const auto& [key, of] : sums_by_key(log, applied))
        rows[key] = text(of.total) + " " + text(of.amount) + " " + text(of.digest);
    return rows;
}

/// All lines, a hundred a row: in one order of all logs, by time of recording, then partition and position.
auto fold_journal(const whole_log& log, const is_applied& applied) -> model_rows
{
    constexpr std::size_t lines_a_row = 100;
    std::vector<const log_row*> order;
    std::int64_t amount = 0;
    for (const auto& row : log.rows) {
        if (!applied(row)) continue;
        order.push_back(&row);
        amount += row.amount;
    }
    const auto place = [&](const log_row* row) { return std::pair(row->recorded_at, log.partitions.at(row->log)); };
    std::ranges::stable_sort(order, {}, place);
    model_rows rows{{"all", text(std::ssize(order)) + " " + text(amount)}};
    for (std::size_t i = 0; i < order.size(); ++i) {
        auto& lines = rows["line " + std::to_string(i / lines_a_row * lines_a_row + 1)];
        lines += (lines.empty() ? "" : " ") + ("faults/" + text(log.partitions.at(order[i]->log))) + "@"
                 + text(order[i]->position);
    }
    return rows;
}

constexpr auto journal_query = R"sql(
    select 'line ' || (line - 1) / 100 * 100 + 1, string_agg(log || '@' || position, ' ' order by line)
    from {}.fault_journal group by (line - 1) / 100
    union all select 'all', total || ' ' || amount from {}.fault_grand_total)sql";

const auto models = std::to_array<read_model>({
    {"fault_totals",
     {"fault_totals"},
     "select key, total || ' ' || amount || ' ' || versions::text from {}.fault_totals",
     fold_totals},
    {"fault_journal", {"fault_journal", "fault_grand_total"}, journal_query, fold_journal},
    {"fault_picky", {"fault_picky"}, "select key, versions::text from {}.fault_picky", fold_picky},
    {"fault_card",
     {"fault_card"},
     "select key, total || ' ' || amount || ' ' || digest from {}.fault_card",
     fold_digests},
    {"fault_steps",
     {"fault_steps"},
     "select key, total || ' ' || amount || ' ' || digest from {}.fault_steps",
     fold_digests},
});

auto in_schema(std::string query, const std::string& schema) -> std::string
{
    for (auto at = query.find("{}"); at != std::string::npos; at = query.find("{}")) query.replace(at, 2, schema);
    return query;
}

auto rows_of(pqxx::transaction_base& tx, const read_model& model, const std::string& schema) -> model_rows
{
    model_rows rows;
    for (const auto& [key, row] : tx.query<std::string, std::string>(in_schema(model.query, schema)))
        if (!rows.emplace(key, row).second) rows[key] += " and a second row";
    return rows;
}

/// The schema of a version that is not live any more, but goes on being applied, for those whose tables have it.
struct version_seen {
    int number;
    std::string schema;
};

auto versions_of(pqxx::transaction_base& tx, const read_model& model) -> std::vector<version_seen>
{
    std::vector<version_seen> all;
    for (const auto& [version, live, kind] : tx.query<int, bool, std::string>(
             "select version, live, kind from annals.projections where name = $1 and (live or kept_until is not null)",
             pqxx::params{model.name}))
        if (live || kind == "sql") all.push_back({version, live ? "read" : "p_" + model.name + "_" + text(version)});
    return all;
}

auto short_text(const std::string& row) -> std::string
{
    return row.size() <= 160 ? row : row.substr(0, 80) + " … " + row.substr(row.size() - 70);
}

void compare(const model_rows& wanted, const model_rows& found, const std::string& of, checked& to)
{
    for (const auto& [key, row] : wanted) {
        const auto there = found.find(key);
        if (there == found.end()) to.broken(of + ": no row " + key + ", which should be " + short_text(row));
        else if (there->second != row)
            to.broken(of + ": row " + key + " is " + short_text(there->second) + ", and should be " + short_text(row));
    }
    for (const auto& [key, row] : found)
        if (!wanted.contains(key)) to.broken(of + ": row " + key + " should not be there: " + short_text(row));
}

using positions = std::map<int, std::int64_t>;

auto checkpoints_of(pqxx::transaction_base& tx, const std::string& name, int version) -> positions
{
    positions all;
    for (const auto& [log, position] : tx.query<int, std::int64_t>(
             "select log, position from annals.checkpoints where processor = $1 and version = $2",
             pqxx::params{name, version}))
        all[log] = position;
    return all;
}

auto parked_of(pqxx::transaction_base& tx, const std::string& name, int version)
    -> std::set<std::pair<int, std::int64_t>>
{
    std::set<std::pair<int, std::int64_t>> all;
    for (const auto& [log, position] : tx.query<int, std::int64_t>(
             "select log, position from annals.parked_events where processor = $1 and version = $2",
             pqxx::params{name, version}))
        all.emplace(log, position);
    return all;
}

/// A key that has a parked event has no later one that is applied: the later ones wait behind it.
void check_overtaken(const whole_log& log, const positions& upto, const std::set<std::pair<int, std::int64_t>>& parked,
                     const std::string& of, checked& to)
{
    std::map<std::string, std::int64_t> first;
    for (const auto& row : log.rows) {
        const auto at = upto.find(row.log);
        if (at == upto.end() || row.position > at->second) continue;
        if (parked.contains({row.log, row.position})) first.emplace(row.key, row.version);
        else if (const auto waits = first.find(row.key); waits != first.end())
            to.broken(of + ": version " + text(row.version) + " of " + row.key + " is applied, and version "
                      + text(waits->second) + " is parked");
    }
}

void check_model(pqxx::transaction_base& tx, const whole_log& log, const read_model& model, checked& to)
{
    for (const auto& [version, schema] : versions_of(tx, model)) {
        const auto upto = checkpoints_of(tx, model.name, version);
        const auto parked = parked_of(tx, model.name, version);
        const auto applied = [&](const log_row& row) {
            const auto at = upto.find(row.log);
            return at != upto.end() && row.position <= at->second && !parked.contains({row.log, row.position});
        };
        check_overtaken(log, upto, parked, model.name, to);
        compare(model.fold(log, applied), rows_of(tx, model, schema), model.name + " version " + text(version), to);
    }
}

/// No checkpoint is beyond its log, and each names the event that is there.
auto check_checkpoints(pqxx::transaction_base& tx) -> checked
{
    checked to("checkpoints: at an event of the log");
    for (const auto& [processor, log, position] : tx.query<std::string, int, std::int64_t>(
             "select c.processor, c.log, c.position from annals.checkpoints c "
             "left join annals.events e on e.log = c.log and e.position = c.position "
             "where c.position > 0 and e.id is distinct from c.event_id"))
        to.broken("the checkpoint of " + processor + " is at position " + text(position) + " of log " + text(log)
                  + ", where the log has another event or none");
    return to;
}

/// Only what cannot be applied by plan is parked.
auto check_parked(pqxx::transaction_base& tx) -> checked
{
    checked to("parked: nothing but what is planned");
    for (const auto& [processor, key, reason] : tx.query<std::string, std::string, std::string>(
             "select processor, key, reason from annals.parked_keys where processor <> 'fault_picky' or key !~ '^A'"))
        to.broken(processor + " has parked " + key + ": " + reason);
    for (const auto& [processor, reason] : tx.query<std::string, std::string>(
             "select processor, reason from annals.processor_states where state = 'stopped'"))
        to.broken(processor + " is stopped: " + reason);
    return to;
}

}  // namespace

auto all_read_models() -> std::span<const read_model> { return models; }

auto check_models(pqxx::connection& connection, const std::set<std::string>& registered) -> std::vector<checked>
{
    pqxx::transaction<pqxx::isolation_level::repeatable_read> tx(connection);
    tx.exec("set local statement_timeout = '60s'");
    for (const auto& model : models)         // before the snapshot: no swap comes between it and the names
        if (registered.contains(model.name))
            for (const auto& relation : model.relations)
                tx.exec("lock table read." + relation + " in access share mode");
    const auto log = read_log(tx);
    std::vector<checked> all{check_checkpoints(tx), check_parked(tx)};
    for (const auto& model : models) {
        if (!registered.contains(model.name)) continue;
        checked to("rows of " + model.name + ": a fold of the log");
        check_model(tx, log, model, to);
        all.push_back(std::move(to));
    }
    return all;
}

auto digest_of(pqxx::connection& connection, const std::string& name) -> std::string
{
    const auto model = std::ranges::find(models, name, &read_model::name);
    pqxx::work tx(connection);
    return tx.query_value<std::string>("select coalesce(md5(string_agg(key || '=' || row, ';' order by key)), 'empty') "
                                       "from ("
                                       + in_schema(model->query, "read") + ") rows (key, row)");
}

}  // namespace annals::fault_runs
