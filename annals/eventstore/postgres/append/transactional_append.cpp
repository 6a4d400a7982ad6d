// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/transactional_append.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/postgres/append/append_call.hpp>
#include <annals/eventstore/postgres/append/pqxx_parameters.hpp>
#include <annals/eventstore/postgres/append/remembered_append.hpp>
#include <annals/libpq/caller_session.hpp>

#include <pqxx/pqxx>

#include <map>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto select_log_of_category = R"sql(
    select c.partitions, array(select l.log from annals.logs l where l.tenant = '' and l.category = c.name
                               order by l.partition)
    from annals.categories c where c.name = $1)sql";
constexpr auto create_category = "select annals.ensure_category($1, $2)";

/// Binary parameters reach the server without a type.
constexpr auto append_all = R"sql(
    select verdict, version_before, first_position, last_position, check_failed, reused, culprit, differs
    from annals.append_many($1::bool, $2::int[], $3::bool[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[],
        $9::text[], $10::bigint[], $11::int[], $12::int[], $13::int[], $14::int[], $15::uuid[], $16::text[],
        $17::smallint[], $18::json[], $19::json[], $20::timestamptz[]))sql";

auto logs_of(pqxx::transaction_base& transaction, const std::string& category, int default_partitions) -> category_logs
{
    auto rows = transaction.exec(select_log_of_category, pqxx::params{category});
    if (rows.empty()) {
        transaction.exec(create_category, pqxx::params{category, default_partitions});
        rows = transaction.exec(select_log_of_category, pqxx::params{category});
    }
    const auto logs = rows[0][1].as_sql_array<std::int32_t>();
    return {{category, rows[0][0].as<int>()}, {logs.cbegin(), logs.cend()}};
}

/// The logs of the streams; each category is looked up once.
auto logs_of(pqxx::transaction_base& transaction, const append_request& request, int default_partitions)
    -> std::vector<stream_log>
{
    std::map<std::string, category_logs> known;
    std::vector<stream_log> logs;
    for (const auto& part : request.streams) {
        const auto& category = part.stream.category;
        auto found = known.find(category);
        if (found == known.end())
            found = known.emplace(category, logs_of(transaction, category, default_partitions)).first;
        logs.push_back(found->second.log_of(part.stream.key));
    }
    return logs;
}

template <class T>
auto list(const pqxx::field& field) -> std::vector<T>
{
    const auto array = field.as_sql_array<T>();
    return {array.cbegin(), array.cend()};
}

auto columns_of(const pqxx::row& row) -> call_columns
{
    call_columns columns{.verdict = list<std::int32_t>(row[0]),
                         .version_before = list<std::int64_t>(row[1]),
                         .first_position = list<std::int64_t>(row[2]),
                         .last_position = list<std::int64_t>(row[3]),
                         .check_failed = list<bool>(row[4]),
                         .reused = {},
                         .culprit = list<std::int32_t>(row[6]),
                         .differs = list<std::string>(row[7])};
    for (const auto& id : list<std::string>(row[5])) columns.reused.push_back(parse_uuid(id));
    return columns;
}

auto find_remembered(pqxx::transaction_base& transaction, const append_request& request) -> appended
{
    appended before{.streams = {}, .duplicate = true};
    const auto rows =
        transaction.exec(remembered::statement, pqxx::params{request.streams.front().stream.category,
                                                             *request.idempotency_key, std::optional<std::string>()});
    for (const auto& [category, partition, key, first_version, last_version, first_position, last_position, same] :
         rows.iter<std::string, int, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t, bool>())
        before.streams.push_back({.stream = {category, key},
                                  .first_version = {first_version},
                                  .last_version = {last_version},
                                  .log = {category, partition},
                                  .first_position = {first_position},
                                  .last_position = {last_position}});
    return before;
}

}  // namespace

auto append(pqxx::transaction_base& transaction, const append_request& request, int default_partitions) -> append_result
{
    check_request(request);
    check_partitions(default_partitions);
    check_encoding(transaction);
    const routed_append what{request, logs_of(transaction, request, default_partitions)};
    const routed_append* const one = &what;
    const auto values = encode_call({&one, 1}, patience::waits);
    const auto rows = transaction.exec(append_all, as_pqxx(values));
    auto found = decode_call({&one, 1}, columns_of(rows[0])).front();
    if (const auto* const known = std::get_if<used_key>(&found))
        return remembered::answer(*request.idempotency_key, find_remembered(transaction, request), known->is_same_use);
    return std::get<append_result>(std::move(found));
}

}  // namespace annals::eventstore::postgres
