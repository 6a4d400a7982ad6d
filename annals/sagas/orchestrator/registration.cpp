// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/registration.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/sagas/definition/definition_json.hpp>

#include <string>

namespace annals::sagas {
namespace {

constexpr auto register_version = "select annals.register_saga($1, $2, $3::jsonb, $4)";
constexpr auto broken_rule = "LG002";

}  // namespace

void register_definition(pqxx::transaction_base& tx, const definition& of, int partitions)
{
    const auto text = eventstore::to_text(to_json(of), "the definition of " + of.name);
    try {
        tx.exec(register_version, pqxx::params{of.name, of.version, text, partitions});
    } catch (const pqxx::sql_error& problem) {
        if (problem.sqlstate() != broken_rule) throw;
        throw eventstore::invalid_request(
            "version " + std::to_string(of.version) + " of the saga " + of.name
            + " is known with other steps: running sagas keep it, so give the changed one "
              "another version");
    }
}

}  // namespace annals::sagas
