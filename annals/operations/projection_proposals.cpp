// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/projection_proposals.hpp>

#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>

namespace annals::operations {
namespace {

namespace registry = projections::registry;

auto become_of(registry::outcome outcome) -> std::string
{
    switch (outcome) {
        case registry::outcome::created: return " is live: ";
        case registry::outcome::unchanged: return " was live already, unchanged: ";
        case registry::outcome::waiting: break;
    }
    return " is registered and waits for a rebuild, because an older version is live; it will be ";
}

}  // namespace

auto propose(const std::string& log_dsn, const projections::sql_file& file, const std::string& reason) -> std::int64_t
{
    libpq::connection log(log_dsn, "proposals");
    const auto values = libpq::parameters::of(file.id.name, file.source, reason);
    return log.query("select annals.propose_projection($1, $2, $3)", values).get<std::int64_t>(0, 0);
}

auto read_proposals(const std::string& log_dsn) -> std::vector<proposal>
{
    libpq::connection log(log_dsn, "proposals");
    const auto rows = log.query("select job, state, projection, asked_by, asked_at, reason, message, text "
                                "from annals.proposed_projections()");
    std::vector<proposal> all;
    for (int i = 0; i < rows.size(); ++i) {
        const auto text = [&](int column) { return rows.get<std::string>(i, column); };
        auto& one = all.emplace_back();
        one.what.number = rows.get<std::int64_t>(i, 0);
        one.what.verb = apply_projection;
        one.what.state = text(1);
        one.what.subject = text(2);
        one.what.asked_by = text(3);
        one.what.asked_at = rows.get<eventstore::timestamp>(i, 4);
        one.what.reason = text(5);
        one.what.message = text(6);
        one.text = text(7);
    }
    return all;
}

auto applying(const std::string& model_dsn, const std::string& text) -> job_actions
{
    const auto apply = [model_dsn, text](const job& accepted) {
        const auto file = projections::parse_sql(text, accepted.subject + ".sql");
        auto model = processors::open_model_connection(model_dsn, "job");
        const auto outcome = registry::apply(model, file.definition());
        pqxx::nontransaction tx(model);
        return to_string(file.id) + become_of(outcome) + names_in_read(tx, registry::find(tx, file.id)->shows);
    };
    return {{apply_projection, apply}};
}

auto names_in_read(pqxx::transaction_base& tx, const std::vector<std::string>& shows) -> std::string
{
    std::string names;
    for (const auto& name : shows)
        names += (names.empty() ? "read." : ", read.")
                 + tx.query_value<std::string>("select quote_ident($1)", pqxx::params{name});
    return names.empty() ? "nothing in read" : names;
}

}  // namespace annals::operations
