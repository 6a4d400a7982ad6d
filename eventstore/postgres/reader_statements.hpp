// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What the reader asks. Every statement goes along one index of the events: it sorts nothing and looks at no event
/// that it does not return, but for a page's last ones where the bytes are used up. Sizes are those on the disk,
/// compressed ones too: they keep a page of large events from filling the memory, and the reader cuts to the byte.
namespace annals::eventstore::postgres::statements {

inline constexpr auto stream_forwards = R"sql(
    select id, version, position, type, schema_version, data, metadata, occurred_at, recorded_at
    from (select e.*, pg_column_size(e.data) + pg_column_size(e.metadata) as bytes,
                 sum(pg_column_size(e.data) + pg_column_size(e.metadata))
                     over (order by e.version rows unbounded preceding) as bytes_so_far
          from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
          order by e.version limit $5) page
    where bytes_so_far - bytes < $6 order by version)sql";

inline constexpr auto stream_backwards = R"sql(
    select id, version, position, type, schema_version, data, metadata, occurred_at, recorded_at
    from (select e.*, pg_column_size(e.data) + pg_column_size(e.metadata) as bytes,
                 sum(pg_column_size(e.data) + pg_column_size(e.metadata))
                     over (order by e.version desc rows unbounded preceding) as bytes_so_far
          from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
          order by e.version desc limit $5) page
    where bytes_so_far - bytes < $6 order by version desc)sql";

/// Each log's events come in order, the logs in any.
inline constexpr auto logs_forwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at,
           e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, after, n)
    cross join lateral (
        select page.*
        from (select e.*, pg_column_size(e.data) + pg_column_size(e.metadata) as bytes,
                     sum(pg_column_size(e.data) + pg_column_size(e.metadata))
                         over (order by e.position rows unbounded preceding) as bytes_so_far
              from annals.events e where e.log = c.log and e.position > c.after order by e.position limit $3) page
        where page.bytes_so_far - page.bytes < $4 order by page.position) e)sql";

inline constexpr auto logs_backwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at,
           e.key, c.n::int
    from unnest($1, $2) with ordinality c(log, upto, n)
    cross join lateral (
        select page.*
        from (select e.*, pg_column_size(e.data) + pg_column_size(e.metadata) as bytes,
                     sum(pg_column_size(e.data) + pg_column_size(e.metadata))
                         over (order by e.position desc rows unbounded preceding) as bytes_so_far
              from annals.events e where e.log = c.log and e.position <= c.upto order by e.position desc limit $3) page
        where page.bytes_so_far - page.bytes < $4 order by page.position desc) e)sql";

inline constexpr auto heads = R"sql(
    select coalesce((select e.position from annals.events e where e.log = l.log order by e.position desc limit 1), 0)
    from annals.logs l where l.tenant = '' and l.category = $1 order by l.partition)sql";

}  // namespace annals::eventstore::postgres::statements
