// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/confined_schema.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/projections/settings.hpp>

namespace annals::projections {
namespace {

constexpr auto declare_in_trial =
    "select annals.trial_function($1, $2, $3::regtype, array(select json_array_elements_text($4::json)), $5)";

}  // namespace

auto dollar_quoted(const std::string& text) -> std::string
{
    for (int n = 0;; ++n) {
        const auto tag = "$annals" + std::to_string(n) + "$";
        if (!text.contains(tag)) return tag + text + tag;
    }
}

auto open_trial(pqxx::transaction_base& tx) -> confined_schema
{
    return {tx.query_value<std::string>("select annals.open_trial()"), "annals_trial", true};
}

void declare(pqxx::transaction_base& tx, const confined_schema& in, const confined_function& made)
{
    const auto body = "#variable_conflict error " + made.body;
    if (in.is_trial) {
        const auto configured = eventstore::json(settings::as_configured()).dump();
        tx.exec(declare_in_trial, pqxx::params{in.name, made.name, made.result, configured, body});
        return;
    }
    tx.exec("create or replace function " + in.name + "." + made.name + "() returns " + made.result
            + " language plpgsql security definer set search_path = " + in.name + ", read, pg_temp"
            + (made.is_called_once ? settings::clauses_for_one_call() : settings::clauses()) + " as "
            + dollar_quoted(body));
}

void hand_over(pqxx::transaction_base& tx, const confined_schema& in, const std::string& function)
{
    if (in.is_trial) return;
    const auto named = in.name + "." + function + "()";
    tx.exec("revoke execute on function " + named + " from public");
    tx.exec("grant execute on function " + named + " to annals_projector");
    tx.exec("alter function " + named + " owner to " + in.role);
}

auto call(pqxx::transaction_base& tx, const std::string& function) -> std::string
{
    const auto answer = tx.exec("select annals.call_confined($1)", pqxx::params{function}).one_field();
    return answer.is_null() ? std::string() : answer.as<std::string>();
}

auto has_left_statements(pqxx::transaction_base& tx) -> bool
{
    return tx.query_value<bool>("select exists (select from pg_catalog.pg_prepared_statements where from_sql)");
}

}  // namespace annals::projections
