// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/filled_database.hpp>

#include <annals/migrations/migrate.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/scratch_database.hpp>

#include <pqxx/pqxx>

#include <array>
#include <cstdio>
#include <unistd.h>

namespace annals::benchmarks {
namespace {

/// The key as `filled_database::stream` gives it. `place`: the stream's place among those of its log.
constexpr auto name_streams = R"sql(
    create table public.streams as
    select key, log, row_number() over (partition by log order by number) as place,
           count(*) over (partition by log) as streams_of_log, number
    from (select number, 'S-' || lpad(to_hex(number * 2654435761 % 4294967296), 8, '0') as key
          from generate_series(0, $1::bigint - 1) number) named
    join annals.logs l on l.category = 'sample' and l.partition = annals.partition_of(key, 8)
)sql";

/// The next event of every stream.
constexpr auto insert_round = R"sql(
    insert into annals.events
        (position, version, recorded_at, id, log, schema_version, key, type, data, metadata)
    select ($1::bigint - 1) * streams_of_log + place, $1, now(), gen_random_uuid(), log, 1, key, 'sample.created',
           $2::json, '{}'
    from public.streams order by number
)sql";

void execute(const std::string& dsn, const std::string& statement)
{
    pqxx::connection server{dsn};
    pqxx::nontransaction{server}.exec(statement);
}

auto is_there(const std::string& name) -> bool
{
    pqxx::connection server{""};
    return !pqxx::nontransaction{server}.exec("select from pg_database where datname = $1", pqxx::params{name}).empty();
}

}  // namespace

filled_database::filled_database(std::int64_t events, bool keeps)
    : streams_(events / events_a_stream), name_("annals_bench_of_" + std::to_string(events))
{
    if (!keeps) name_ += "_" + std::to_string(::getpid());
    const auto unfinished = name_ + "_unfinished";
    if (!keeps) drop_.emplace([name = name_] { drop_database(name); });
    if (is_there(name_)) return;
    drop_database(unfinished);
    const undo drop_unfinished([unfinished] { drop_database(unfinished); });
    create_database(unfinished);
    fill("dbname=" + unfinished);
    execute("", "alter database \"" + unfinished + "\" rename to \"" + name_ + '"');
}

auto filled_database::stream(std::int64_t number) -> eventstore::stream_id
{
    std::array<char, 11> key{};
    std::snprintf(key.data(), key.size(), "S-%08x", static_cast<std::uint32_t>(number * 2'654'435'761));
    return {"sample", key.data()};
}

void filled_database::fill(const std::string& dsn) const
{
    migrations::migrate(dsn);
    execute(dsn, "select annals.ensure_category('sample', 8)");
    pqxx::connection server{dsn};
    pqxx::nontransaction tx{server};
    tx.exec(name_streams, pqxx::params{streams_}).no_rows();
    for (int version = 1; version <= events_a_stream; ++version) {
        if (::isatty(STDERR_FILENO)) std::fprintf(stderr, "\r%3d%% of %s ", version, name_.c_str());
        tx.exec(insert_round, pqxx::params{version, payload(version)}).no_rows();
    }
    tx.exec("drop table public.streams");
    tx.exec("vacuum (analyze) annals.events");
    tx.exec("checkpoint");
}

}  // namespace annals::benchmarks
