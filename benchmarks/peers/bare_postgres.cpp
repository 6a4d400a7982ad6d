// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/bare_postgres.hpp>

#include <benchmarks/callers.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/peers/session.hpp>
#include <benchmarks/peers/streams.hpp>

#include <memory>

namespace annals::benchmarks {
namespace {

using namespace libpq;

// A category is one log here. The hash of its name is far from the numbers that `bare_table` gives to its callers.

constexpr auto fill_category = R"sql(
    insert into public.bare (log, position, key, version, id, type, schema_version, data, metadata, recorded_at)
    select hashtext($1), (version - 1) * $2 + n, 'S-' || lpad(n::text, 36, '0'), version, gen_random_uuid(),
           'sample.created', 1, $4::json, '{}', now()
    from generate_series(1::bigint, $3) version cross join generate_series(1, $2) n)sql";

constexpr auto select_stream = R"sql(
    select id, version, position, type, schema_version, data, metadata, occurred_at, recorded_at
    from public.bare where log = hashtext($1) and key = $2 order by version)sql";

constexpr auto select_page = R"sql(
    select id, version, position, type, schema_version, data, metadata, occurred_at, recorded_at, key
    from public.bare where log = hashtext($1) and position > $2 order by position limit $3)sql";

constexpr auto insert_version = R"sql(
    insert into public.bare (log, position, key, version, id, type, schema_version, data, metadata, recorded_at)
    values (hashtext($1), $2, $1, $2, $3, 'sample.created', 1, $4::json, '{}', clock_timestamp()))sql";

constexpr auto select_news = R"sql(
    select version, data from public.bare where log = hashtext($1) and key = $1 and version > $2 order by version)sql";

}  // namespace

auto bare_postgres::append(int callers, int events, seconds for_s) -> sample
{
    return events == 1 ? table_.insert(callers, for_s) : table_.copy(callers, events, for_s);
}

auto bare_postgres::contend(int callers, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&, hot = random_key()](int) -> one_call {
        return [hot, server = std::make_shared<session>(database_.dsn()), seen = std::int64_t{0}]() mutable {
            while (true) try {
                    server->query(insert_version, hot, seen + 1, eventstore::new_uuid(), payload(1));
                    ++seen;
                    return 1;
                } catch (const statement_error& problem) {
                    if (problem.sqlstate() != "23505") throw;
                    const auto news = server->query(select_news, hot, seen);
                    seen += news.size();
                }
        };
    });
}

void bare_postgres::fill(const history& what)
{
    session(database_.dsn())
        .query(fill_category, what.category, std::int32_t{what.streams}, std::int64_t{history::events_per_stream},
               payload(1));
    connection(database_.dsn()).execute("vacuum (analyze) public.bare");
}

auto bare_postgres::load(const history& from, int callers, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        return [&from, server = std::make_shared<session>(database_.dsn()),
                keys = keys_at_random(from, caller)]() mutable {
            return whole_stream(
                static_cast<std::size_t>(server->query(select_stream, from.category, keys.next()).size()));
        };
    });
}

auto bare_postgres::read(const history& from) -> sample
{
    session server(database_.dsn());
    std::int64_t after = 0;
    return read_to_the_end(from, [&] {
        const auto page = server.query(select_page, from.category, after, std::int64_t{page_events});
        if (!page.empty()) after = page.get<std::int64_t>(page.size() - 1, 2);
        return page.size();
    });
}

}  // namespace annals::benchmarks
