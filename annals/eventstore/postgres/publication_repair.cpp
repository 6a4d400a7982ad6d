// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/publication_repair.hpp>

#include <annals/eventstore/postgres/incarnation.hpp>
#include <annals/eventstore/postgres/publication_tables.hpp>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

constexpr auto find_schema = "select from annals.publication_topics limit 1";

constexpr auto find_number = "select log from annals.logs where tenant = '' and category = $1 and partition = $2";

constexpr auto forget_cursor = "delete from annals.publication_cursors where log = $1";

constexpr auto save_cursor = R"(
    insert into annals.publication_cursors as c (log, position, topic_offset, event_id, incarnation, updated_at)
    values ($1, $2, $3, $4, $5, clock_timestamp())
    on conflict (log) do update
    set position = excluded.position, topic_offset = excluded.topic_offset, event_id = excluded.event_id,
        incarnation = excluded.incarnation, updated_at = excluded.updated_at)";

constexpr auto move_category = R"(
    with forgotten as (
        delete from annals.publication_cursors
        where log in (select log from annals.logs where tenant = '' and category = $1))
    update annals.publication_topics set topic = $2, claimed_at = clock_timestamp() where category = $1)";

auto number_of(connection& session, const log_id& log) -> int
{
    const auto found = session.query(find_number, parameters::of(log.category, log.partition));
    if (found.empty()) throw invalid_request("there is no log " + to_string(log));
    return found.get<std::int32_t>(0, 0);
}

}  // namespace

publication_repair::publication_repair(const std::string& dsn) : member_(connection(dsn), "repair")
{
    try {
        session().query(find_schema);
    } catch (const statement_error& refused) {
        if (refused.sqlstate() != "42P01") throw;                       // undefined_table
        throw mismatch(std::string("the publication tables are missing: ") + refused.what() + ". Run: annals migrate");
    }
}

auto publication_repair::incarnation() -> std::string { return read_incarnation(session()); }

auto publication_repair::cursors(std::span<const log_id> logs) -> std::vector<publication_cursor>
{
    return read_cursors(session(), logs);
}

auto publication_repair::topics() -> std::map<std::string, std::string> { return read_topics(session()); }

void publication_repair::lead(const log_id& log)
{
    const auto number = number_of(session(), log);
    if (!member_.seize(publication, number))
        throw unavailable("the log " + to_string(log) + " is taken by other publishers again and again: stop them");
    begin_to_lead(session(), number);
}

void publication_repair::forget(const log_id& log)
{
    session().query(forget_cursor, parameters::of(number_of(session(), log)));
}

void publication_repair::save(const publication_cursor& cursor)
{
    session().query(save_cursor, parameters::of(number_of(session(), cursor.log), cursor.position.number,
                                                cursor.topic_offset, cursor.event_id, cursor.incarnation));
}

void publication_repair::move(const std::string& category, const std::string& topic)
{
    session().query(move_category, parameters::of(category, topic));
}

}  // namespace annals::eventstore::postgres
