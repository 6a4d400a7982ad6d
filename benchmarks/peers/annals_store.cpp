// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/annals_store.hpp>

#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/eventstore/reading.hpp>
#include <annals/libpq/connection.hpp>
#include <benchmarks/appends_in_turn.hpp>
#include <benchmarks/callers.hpp>
#include <benchmarks/in_flight.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/peers/streams.hpp>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

constexpr int logs = 8;                      // of a category, the default

/// As `annals.append` would have stored them: positions without gaps in each log, in the order of the rows, which were
/// recorded one after the other.
constexpr auto fill_category = R"sql(
    with streams as materialized (
        select l.log, 'S-' || lpad(n::text, 36, '0') as key, n,
               row_number() over (partition by l.log order by n) as place, count(*) over (partition by l.log) as of_log
        from generate_series(1, $2) n
        join annals.logs l on l.category = $1 and l.partition = annals.partition_of('S-' || lpad(n::text, 36, '0'), 8)
        order by n)
    insert into annals.events (log, position, key, version, id, type, schema_version, data, metadata, recorded_at)
    select s.log, (version - 1) * s.of_log + s.place, s.key, version, gen_random_uuid(), 'sample.created', 1, $4,
           '{}', timestamptz '2026-11-21 08:00Z' + ((version - 1) * $2 + s.n) * interval '100 microseconds'
    from generate_series(1::bigint, $3) version cross join streams s)sql";

}  // namespace

annals_store::annals_store() : database_(), store_(postgres::open_store({.dsn = database_.dsn()}))
{
    store_->ensure_category({"sample", logs});
}

auto annals_store::append(int callers, int events, seconds for_s) -> sample
{
    return run_appends_in_turn(*store_, callers, events, for_s);
}

auto annals_store::contend(int callers, seconds for_s) -> sample
{
    const stream_id hot{"sample", random_key()};
    return run_callers(callers, for_s, [&](int) -> one_call {
        return [this, hot, seen = stream_version{}]() mutable {
            while (true) {
                const auto result = store_->append({.streams = {{hot, expected_version::exactly(seen), {event(1)}}}});
                if (result) return seen = result->streams.front().last_version, 1;
                if (!std::holds_alternative<conflict>(result.error())) must_succeed(result);
                const auto news = store_->read(hot, {.after = seen});
                if (!news.empty()) seen = news.back().version;
            }
        };
    });
}

void annals_store::fill(const history& what)
{
    store_->ensure_category({what.category, logs});
    libpq::connection server(database_.dsn());
    libpq::parameters values;
    values.add(what.category);
    values.add(std::int32_t{what.streams});
    values.add(std::int64_t{history::events_per_stream});
    values.add_json(payload(1));
    server.query(fill_category, values);
    server.execute("vacuum (analyze) annals.events");
}

auto annals_store::load(const history& from, int callers, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        return [this, &from, keys = keys_at_random(from, caller)]() mutable {
            return whole_stream(store_->read({from.category, keys.next()}).size());
        };
    });
}

/// In order, as `events_of` gives them.
auto annals_store::read(const history& from) -> sample
{
    auto events = events_of(*store_, from.category, {.page = {.events_max = page_events}});
    auto next = events.begin();
    return read_to_the_end(from, [&]() -> std::size_t {
        std::size_t read = 0;
        for (; read < page_events && next != events.end(); ++next) ++read;
        return read;
    });
}

}  // namespace annals::benchmarks
