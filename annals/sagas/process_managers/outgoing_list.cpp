// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/process_managers/outgoing_list.hpp>

#include <annals/sagas/process_managers/outgoing_rows.hpp>

namespace annals::sagas {
namespace {

// Refused ones are found along their own index, and are few; the others along the index of what is due.
constexpr auto select_outgoing = R"(
    with found as (
        (select c.id, row_number() over (order by c.refused_at, c.id) as place from annals.outgoing_commands c
         where c.refused_at is not null and $3 in ('', 'refused') and ($1::bigint is null or c.id = $1)
           and ($2 = '' or c.processor = $2) and ($4 = '' or strpos(lower(c.reason), lower($4)) > 0)
         order by c.refused_at, c.id limit $5)
        union all
        (select c.id, null from annals.outgoing_commands c join annals.outgoing o using (id)
         where c.refused_at is null and $3 <> 'refused' and ($3 = '' or o.state = $3)
           and ($1::bigint is null or c.id = $1) and ($2 = '' or c.processor = $2)
           and ($4 = '' or strpos(lower(c.reason), lower($4)) > 0)
         order by c.due_at, c.id limit $5))
    select o.id, o.process_manager, o.state, o.instance, o.category, o.key, o.command, o.data::text,
           coalesce(o.deadline, ''), (extract(epoch from o.due_at) * 1000000)::bigint, o.attempts,
           (extract(epoch from o.tried_at) * 1000000)::bigint, o.reason
    from found join annals.outgoing o using (id)
    order by found.place nulls last, o.due_at, o.id limit $5)";

constexpr auto update_refused = R"(
    update annals.outgoing_commands o set refused_at = null, due_at = '-infinity', deadline = null
    where o.refused_at is not null and ($1::bigint is null or o.id = $1) and ($2 = '' or o.processor = $2)
      and ($3 = '' or strpos(lower(o.reason), lower($3)) > 0))";

constexpr auto delete_command = "delete from annals.outgoing_commands where id = $1";

auto time_of(const pqxx::field& microseconds) -> eventstore::timestamp
{
    return eventstore::timestamp{std::chrono::microseconds{microseconds.as<std::int64_t>()}};
}

auto command_in(const pqxx::row& row) -> listed_command
{
    return {.id = row[0].as<std::int64_t>(),
            .process_manager = row[1].as<std::string>(),
            .state = row[2].as<std::string>(),
            .instance = row[3].as<std::string>(),
            .target = {row[4].as<std::string>(), row[5].as<std::string>()},
            .command = row[6].as<std::string>(),
            .data = row[7].as<std::string>(),
            .deadline = row[8].as<std::string>(),
            .due_at = time_of(row[9]),
            .attempts = row[10].as<std::int64_t>(),
            .tried_at = row[11].is_null() ? std::nullopt : std::optional(time_of(row[11])),
            .reason = row[12].as<std::string>()};
}

}  // namespace

auto list_outgoing(pqxx::transaction_base& tx, const outgoing_selection& wanted, std::int64_t count)
    -> std::vector<listed_command>
{
    std::vector<listed_command> found;
    for (const auto& row :
         tx.exec(select_outgoing, pqxx::params{wanted.id, wanted.process_manager, wanted.state, wanted.error, count}))
        found.push_back(command_in(row));
    return found;
}

auto retry_refused(pqxx::transaction_base& tx, const outgoing_selection& wanted) -> std::int64_t
{
    const auto retried =
        tx.exec(update_refused, pqxx::params{wanted.id, wanted.process_manager, wanted.error}).affected_rows();
    tx.exec("select pg_notify($1, '')", pqxx::params{channel_of_outgoing});
    return retried;
}

auto drop(pqxx::transaction_base& tx, std::int64_t id) -> bool
{
    return tx.exec(delete_command, pqxx::params{id}).affected_rows() > 0;
}

}  // namespace annals::sagas
