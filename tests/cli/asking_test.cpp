// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace annals::tests {
namespace {

using libpq::connection;

const std::string page = "docs/guide/asking.md";
const std::vector<std::string> views{"event_statistics", "lag", "outgoing", "parked", "recorded_events", "streams"};

/// A log with two categories, a projection that nobody works on, and an analyst.
struct analysed_log {
    temporary_database database;
    login_user ada{database, "ada", {}};
    connection owner{database.dsn()};

    analysed_log()
    {
        owner.execute(R"(
            select annals.append('sample', 'S-' || n % 4, '{sample.created}',
                                 array[json_build_object('sample_type', 'blood')]::json[])
            from generate_series(1, 10) n;
            select annals.append('visit', '7', '{visit.opened,visit.closed}', array['{}', '{}']::json[],
                                 metadata => array['{"user_id": "ada"}', '{}']::json[]))");
        REQUIRE(child({ANNALS_PROGRAM, "projections", "apply", "examples/laboratory/sample_counts.sql", "--dsn",
                       database.dsn()})
                    .wait()
                    .exit_code
                == 0);
        owner.execute("select annals.make_analyst('" + ada.name() + "')");
    }
    auto text(const std::string& query) -> std::string
    {
        const auto rows = owner.query(query);
        return rows.empty() ? "none" : rows.get<std::string>(0, 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(analysed_log, "the page about asking in SQL runs as it is, by an analyst")
{
    const auto blocks = code_blocks(text_of(page), "sql");
    CHECK(blocks.size() == 10);
    connection session(ada.dsn());
    for (const auto& block : blocks) CHECK_NOTHROW_MESSAGE(session.execute(block), block);
}

TEST_CASE_FIXTURE(analysed_log, "every view has a comment on itself and on each column, and is on the page")
{
    for (const auto& view : views) {
        CHECK_MESSAGE(text_of(page).contains("| `annals." + view + "` |"), view);
        CHECK_MESSAGE(text("select coalesce(string_agg(attname, ', '), '') from pg_attribute where attrelid = 'annals."
                           + view + "'::regclass and attnum > 0 and col_description(attrelid, attnum) is null")
                          == "",
                      view);
        CHECK(text("select coalesce(obj_description('annals." + view + "'::regclass), '')") != "");
    }
    CHECK(text("select string_agg(relname, ',' order by relname) from pg_class where relkind = 'v' and relnamespace = "
               "'annals'::regnamespace")
          == "event_statistics,lag,outgoing,parked,recorded_events,streams");
}

TEST_CASE_FIXTURE(analysed_log, "a stream's row has its length, the time of its last event, and its log")
{
    CHECK(text("select count(*)::text from annals.streams") == "5");
    CHECK(text("select version::text from annals.streams where category = 'sample' and key = 'S-1'") == "3");
    CHECK(text("select count(*)::text from annals.streams s join annals.categories c on c.name = s.category "
               "where s.partition = annals.partition_of(s.key, c.partitions)")
          == "5");
    CHECK(text("select (last_recorded_at = (select max(recorded_at) from annals.events where key = '7'))::text "
               "from annals.streams where category = 'visit'")
          == "true");
}

TEST_CASE_FIXTURE(analysed_log, "the statistics count each type of each category")
{
    CHECK(text("select string_agg(format('%s %s %s', category, type, events), ', ' order by category, type) "
               "from annals.event_statistics")
          == "sample sample.created 10, visit visit.closed 1, visit visit.opened 1");
    CHECK(text("select (first_recorded_at < last_recorded_at)::text from annals.event_statistics "
               "where category = 'sample'")
          == "true");
}

TEST_CASE_FIXTURE(analysed_log, "recorded events have the columns of batch, with the streams' names and jsonb payloads")
{
    CHECK(text("select format('%s %s %s %s %s', log, stream, version, type, metadata ->> 'user_id') "
               "from annals.recorded_events where category = 'visit' and key = '7' and version = 1")
              .ends_with(" visit-7 1 visit.opened ada"));
    CHECK(text("select string_agg(attname, ' ' order by attnum) from pg_attribute "
               "where attrelid = 'annals.recorded_events'::regclass and attnum > 0")
          == "log position category partition key stream version id type schema_version data metadata occurred_at "
             "recorded_at");
    CHECK(text("select bool_and(occurred_at = recorded_at)::text from annals.recorded_events") == "true");
}

TEST_CASE_FIXTURE(analysed_log, "lag in SQL is what the program says, and is unknown where the database has no events")
{
    CHECK(text("select sum(events_behind)::text from annals.lag where projection = 'sample_counts'") == "10");
    owner.execute("insert into annals.checkpoints (processor, version, log, position, registration) "
                  "select 'sample_counts', 1, log, max(position) - 1, max(p.registration) "
                  "from annals.events join annals.logs using (log), annals.projections p where category = 'sample' "
                  "group by log");
    CHECK(text("select sum(events_behind)::text from annals.lag where projection = 'sample_counts'")
          == text("select count(distinct log)::text from annals.events join annals.logs using (log) "
                  "where category = 'sample'"));
    const auto shown = child({ANNALS_PROGRAM, "lag", "--logs", "--dsn", database.dsn()}).wait().out;
    CHECK(std::to_string(std::count(shown.begin(), shown.end(), '\n') - 1)
          == text("select count(*)::text from annals.lag"));
    CHECK(text("select (min(seconds_behind) filter (where events_behind > 0) > 0)::text from annals.lag") == "true");
    CHECK(text("select max(seconds_behind) filter (where events_behind = 0)::text from annals.lag") == "0.000");

    const temporary_database models;
    connection(models.dsn())
        .execute("select annals.ensure_category('sample', 8);"
                 "insert into annals.checkpoints (processor, version, log, position) "
                 "select 'p', 1, log, 7 from annals.logs");
    CHECK(connection(models.dsn())
              .query("select count(*) from annals.lag where position = 7 and head is null and events_behind is null "
                     "and seconds_behind is null")
              .get<std::int64_t>(0, 0)
          == 8);
}

}  // namespace annals::tests
