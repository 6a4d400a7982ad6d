// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/client_function.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>

#include <pqxx/pqxx>

namespace annals::planted_bugs {

using namespace eventstore;

namespace {

constexpr auto append_statement = R"sql(
    select first_version, last_version, token, duplicate
    from annals.append($1, $2, $3, $4::json[], $5, $6::json[], $7::uuid[], resend => $8,
                       occurred_at => array(select nullif(time, '')::timestamptz
                                            from unnest($9::text[]) with ordinality given(time, n) order by n)))sql";

auto expected_number(const expected_version& expected) -> std::int64_t
{
    if (expected.is == expected_version::mode::any) return -1;
    return expected.is == expected_version::mode::exists ? -2 : expected.version.number;
}

}  // namespace

auto append_by_client_function(pqxx::transaction_base& transaction, const append_request& request) -> append_result
try {
    const auto& part = request.streams.front();
    if (request.streams.size() != 1 || request.idempotency_key) return postgres::append(transaction, request);
    std::vector<std::string> types;
    std::vector<std::string> data;
    std::vector<std::string> metadata;
    std::vector<std::string> ids;
    std::vector<std::string> times;
    for (const auto& event : part.events) {
        types.push_back(event.type);
        data.push_back(event.data);
        metadata.push_back(event.metadata);
        ids.push_back(to_string(event.id));
        times.push_back(event.occurred_at ? to_string(*event.occurred_at) : "");
    }
    const auto row =
        transaction
            .exec(append_statement, pqxx::params{part.stream.category, part.stream.key, types, data,
                                                 expected_number(part.expected), metadata, ids, request.resend, times})
            .one_row();
    const auto [log, last_position] = *parse_token(row[2].as<std::string>()).positions().begin();
    const auto more = static_cast<std::int64_t>(part.events.size()) - 1;
    return appended{.streams = {{.stream = part.stream,
                                 .first_version = {row[0].as<std::int64_t>()},
                                 .last_version = {row[1].as<std::int64_t>()},
                                 .log = log,
                                 .first_position = {last_position.number - more},
                                 .last_position = last_position}},
                    .duplicate = row[3].as<bool>()};
} catch (const pqxx::sql_error& problem) {
    if (problem.sqlstate().starts_with("LG")) throw unavailable(problem.what());
    throw;
}

}  // namespace annals::planted_bugs
