// SPDX-License-Identifier: Apache-2.0
#pragma once

/// How the reader reads logs: the two readings of a page are those of `stream_statements.hpp`.
namespace annals::eventstore::postgres::statements {

/// The events of each log come in order, the logs in any order. $4: an event's share.
inline constexpr auto small_events_of_logs_forwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $4 then e.data end,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $4 then e.metadata end,
           e.occurred_at, e.recorded_at, e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, after, n)
    cross join lateral (
        select * from annals.events e where e.log = c.log and e.position > c.after
        order by e.position limit $3) e)sql";

inline constexpr auto small_events_of_logs_backwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $4 then e.data end,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $4 then e.metadata end,
           e.occurred_at, e.recorded_at, e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, upto, n)
    cross join lateral (
        select * from annals.events e where e.log = c.log and e.position <= c.upto
        order by e.position desc limit $3) e)sql";

/// $4: the page's bytes.
inline constexpr auto logs_forwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at,
           e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, after, n)
    cross join lateral (
        select * from annals.events e where e.log = c.log and e.position > c.after
        order by e.position
        limit (
            select case when sum(bytes) <= $4 then count(*) else (
                select count(*)
                from (select bytes, sum(bytes) over (order by position rows unbounded preceding) as bytes_so_far
                      from (select s.position, pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                            from annals.events s where s.log = c.log and s.position > c.after
                            order by s.position limit $3) sizes) sums
                where bytes_so_far - bytes < $4) end
            from (select pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                  from annals.events s where s.log = c.log and s.position > c.after
                  order by s.position limit $3) sizes)) e)sql";

inline constexpr auto logs_backwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at,
           e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, upto, n)
    cross join lateral (
        select * from annals.events e where e.log = c.log and e.position <= c.upto
        order by e.position desc
        limit (
            select case when sum(bytes) <= $4 then count(*) else (
                select count(*)
                from (select bytes, sum(bytes) over (order by position desc rows unbounded preceding) as bytes_so_far
                      from (select s.position, pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                            from annals.events s where s.log = c.log and s.position <= c.upto
                            order by s.position desc limit $3) sizes) sums
                where bytes_so_far - bytes < $4) end
            from (select pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                  from annals.events s where s.log = c.log and s.position <= c.upto
                  order by s.position desc limit $3) sizes)) e)sql";

inline constexpr auto watermarks = "select unnest(annals.watermarks($1, $2))";

inline constexpr auto heads = R"sql(
    select coalesce((select e.position from annals.events e where e.log = l.log order by e.position desc limit 1), 0)
    from annals.logs l where l.tenant = '' and l.category = $1 order by l.partition)sql";

}  // namespace annals::eventstore::postgres::statements
