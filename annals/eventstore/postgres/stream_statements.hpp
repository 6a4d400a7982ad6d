// SPDX-License-Identifier: Apache-2.0
#pragma once

/// How the reader reads a stream. Each statement follows one index of the events and sorts nothing. A page ends where
/// its bytes are used up. The events of a stream, or of a log among other logs, are spread over many blocks, and
/// visiting each twice costs the server up to a third more. So a page is first read without a sum: an event larger than
/// its share comes without its texts. If there is one, the page is read again: its bytes are summed before its events
/// are taken, and one by one only where they are too many (docs/decisions/0012). Sizes are those on disk, which may be
/// compressed: this keeps a page of large events from filling the memory, and the reader cuts exactly.
namespace annals::eventstore::postgres::statements {

/// $6: an event's share.
inline constexpr auto small_events_of_stream_forwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $6 then e.data end,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $6 then e.metadata end,
           e.occurred_at, e.recorded_at
    from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
    order by e.version limit $5)sql";

inline constexpr auto small_events_of_stream_backwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $6 then e.data end,
           case when pg_column_size(e.data) + pg_column_size(e.metadata) <= $6 then e.metadata end,
           e.occurred_at, e.recorded_at
    from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
    order by e.version desc limit $5)sql";

/// $6: the page's bytes.
inline constexpr auto stream_forwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at
    from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
    order by e.version
    limit (
        select case when sum(bytes) <= $6 then count(*) else (
            select count(*)
            from (select bytes, sum(bytes) over (order by version rows unbounded preceding) as bytes_so_far
                  from (select s.version, pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                        from annals.events s where s.log = $1 and s.key = $2 and s.version > $3 and s.version <= $4
                        order by s.version limit $5) sizes) sums
            where bytes_so_far - bytes < $6) end
        from (select pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
              from annals.events s where s.log = $1 and s.key = $2 and s.version > $3 and s.version <= $4
              order by s.version limit $5) sizes))sql";

inline constexpr auto stream_backwards = R"sql(
    select e.id, e.version, e.position, e.type, e.schema_version, e.data, e.metadata, e.occurred_at, e.recorded_at
    from annals.events e where e.log = $1 and e.key = $2 and e.version > $3 and e.version <= $4
    order by e.version desc
    limit (
        select case when sum(bytes) <= $6 then count(*) else (
            select count(*)
            from (select bytes, sum(bytes) over (order by version desc rows unbounded preceding) as bytes_so_far
                  from (select s.version, pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
                        from annals.events s where s.log = $1 and s.key = $2 and s.version > $3 and s.version <= $4
                        order by s.version desc limit $5) sizes) sums
            where bytes_so_far - bytes < $6) end
        from (select pg_column_size(s.data) + pg_column_size(s.metadata) as bytes
              from annals.events s where s.log = $1 and s.key = $2 and s.version > $3 and s.version <= $4
              order by s.version desc limit $5) sizes))sql";

}  // namespace annals::eventstore::postgres::statements
