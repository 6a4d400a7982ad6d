// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/cli/support/on_terminal.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <sstream>

namespace annals::tests {
namespace {

using eventstore::json;

constexpr auto end_other_sessions = "select pg_terminate_backend(pid) from pg_stat_activity "
                                    "where datname = current_database() and pid <> pg_backend_pid()";

/// Two projections over a category of two logs, which have two and three events: `counts` has applied one of each,
/// `later` has not begun.
struct two_projections {
    temporary_database database;

    two_projections()
    {
        libpq::connection(database.dsn()).execute(R"(
            select annals.ensure_category('visit', 2);
            select annals.append('visit', key, '{came}', array['{}'::json])
            from (select 'K-' || n as key, annals.partition_of('K-' || n, 2) as partition,
                         row_number() over (partition by annals.partition_of('K-' || n, 2)) as n
                  from generate_series(1, 40) n) k
            where n <= 2 + partition;
            insert into annals.projections (name, version, kind, categories, definition, hash, live)
            values ('counts', 1, 'sql', '{visit}', '', '', true), ('later', 1, 'sql', '{visit}', '', '', true);
            insert into annals.checkpoints (processor, version, log, position, registration)
            select 'counts', 1, log, 1, registration from annals.projections, annals.logs where name = 'counts')");
    }

    auto command(std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), {ANNALS_PROGRAM, "lag"});
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto run(std::vector<std::string> words) const -> outcome { return child(command(std::move(words))).wait(); }
    /// What one call printed with --json.
    auto rows(std::vector<std::string> words) const -> std::vector<json>
    {
        words.emplace_back("--json");
        std::vector<json> all;
        std::istringstream lines(run(std::move(words)).out);
        for (std::string line; std::getline(lines, line);) all.push_back(json::parse(line));
        return all;
    }
    void apply(const std::string& what) const
    {
        libpq::connection(database.dsn()).execute("update annals.checkpoints c set position = " + what);
    }
};

constexpr auto everything = "(select max(e.position) from annals.events e where e.log = c.log)";

}  // namespace

TEST_CASE_FIXTURE(two_projections, "lag is shown by projection, and by log when asked, also where nobody has begun")
{
    const auto sums = rows({});
    REQUIRE(sums.size() == 2);
    CHECK(sums[0]["name"] == "counts");
    CHECK(sums[0]["state"] == "idle");
    CHECK(sums[0]["applied"] == 2);
    CHECK(sums[0]["head"] == 5);
    CHECK(sums[0]["events_behind"] == 3);
    CHECK(sums[0]["seconds_behind"].get<double>() > 0);
    CHECK(sums[1]["name"] == "later");
    CHECK(sums[1]["events_behind"] == 5);

    const auto logs = rows({"--logs", "counts"});
    REQUIRE(logs.size() == 2);
    CHECK(logs[0]["log"] == "visit/0");
    CHECK(logs[1]["log"] == "visit/1");
    CHECK(logs[0]["applied"] == 1);
    CHECK(logs[0]["events_behind"].get<int>() + logs[1]["events_behind"].get<int>() == 3);
    apply(everything);
    CHECK(rows({"counts"}).at(0)["seconds_behind"] == 0.0);
}

TEST_CASE_FIXTURE(two_projections, "lag is aligned for people")
{
    const auto shown = run({"counts"}).out;
    std::istringstream lines(shown);
    std::string heading, row;
    std::getline(lines, heading);
    std::getline(lines, row);
    CHECK(heading == "NAME    VERSION  STATE  APPLIED  HEAD  EVENTS BEHIND  SECONDS BEHIND");
    CHECK(row.starts_with("counts        1  idle         2     5              3"));
    CHECK(row.size() == heading.size());
}

TEST_CASE_FIXTURE(two_projections, "a lag above the limit ends with 3, and one at the limit with 0")
{
    CHECK(run({"--max-lag", "4"}).exit_code == 3);
    CHECK(run({"--max-lag", "5"}).exit_code == 0);
    CHECK(run({"counts", "--max-lag", "2"}).exit_code == 3);
    CHECK(run({"counts", "--max-lag", "3"}).exit_code == 0);
    const auto both = run({"--max-lag", "4", "--watch"});
    CHECK(both.exit_code == 2);
    CHECK(both.err.contains("--max-lag excludes --watch"));
}

TEST_CASE_FIXTURE(two_projections, "lag is given as metrics for Prometheus, a sample for each projection and log")
{
    apply(everything + std::string(" where processor = 'counts' and log = (select min(log) from annals.logs)"));
    const auto shown = run({"--metrics"}).out;
    CHECK(shown.starts_with("# HELP annals_projection_position Position of the last event that was applied.\n"
                            "# TYPE annals_projection_position gauge\n"
                            "annals_projection_position{projection=\"counts\",version=\"1\",log=\"visit/0\"} 2\n"));
    for (const auto* const sample :
         {R"(annals_projection_lag_events{projection="counts",version="1",log="visit/0"} 0)",
          R"(annals_projection_lag_events{projection="counts",version="1",log="visit/1"} 2)",
          R"(annals_projection_lag_events{projection="later",version="1",log="visit/1"} 3)",
          R"(annals_projection_lag_seconds{projection="counts",version="1",log="visit/0"} 0)",
          R"(annals_projection_state{projection="later",version="1",state="idle"} 1)"})
        CHECK_MESSAGE(shown.contains(sample + std::string("\n")), shown);
    CHECK(!run({"--metrics", "counts"}).out.contains("later"));
    CHECK(run({"--metrics", "--json"}).exit_code == 2);
    CHECK(run({"--metrics", "count"}).exit_code == 1);
}

TEST_CASE_FIXTURE(two_projections, "a name that nothing has is refused, with the name that was probably meant")
{
    const auto unknown = run({"count"});
    CHECK(unknown.exit_code == 1);
    CHECK(unknown.err == "annals: there is no projection or processor \"count\"\n  did you mean counts?\n");
    CHECK(run({"--watch", "count"}).err == unknown.err);
    const auto never = run({"counts", "--watch", "never"});
    CHECK(never.exit_code == 2);
    CHECK(never.err == "annals: --watch: seconds between two looks, from 0.1 to 86400, not \"never\"\n");
    CHECK(run({"--watch", "0"}).exit_code == 2);
}

TEST_CASE_FIXTURE(two_projections, "without a terminal a watch prints a table again and again, until Ctrl-C")
{
    child watch(command({"--watch", "0.1", "counts"}));
    watch.wait_for_data("! not moving");
    watch.signal(SIGINT);
    const auto ended = watch.wait(std::chrono::seconds{10});
    CHECK(ended.exit_code == 0);
    CHECK(ended.out.contains("Z\nNAME    STATE  BEHIND  SECONDS  TREND  TIME LEFT  PER SECOND  APPLIED  HEAD\n"));
    CHECK(!ended.out.contains('\033'));
}

TEST_CASE_FIXTURE(two_projections, "a watch for programs has the trend, and goes on when its session is lost")
{
    child watch(command({"--watch", "0.1", "--json"}));
    watch.wait_for_data("\"trend\": \"not moving\"");
    libpq::connection(database.dsn()).execute(end_other_sessions);
    watch.wait_for_words("the server is reachable again");
    apply(everything);
    watch.wait_for_data("\"trend\": \"level\"");
    watch.signal(SIGTERM);
    const auto ended = watch.wait(std::chrono::seconds{10});
    CHECK(ended.exit_code == 0);
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);) CHECK(json::parse(line).contains("at"));
    CHECK(json::parse(ended.out.substr(0, ended.out.find('\n')))["trend"].is_null());
}

TEST_CASE_FIXTURE(two_projections, "a watch ends with 0 when its output is closed")
{
    const auto line = std::string(ANNALS_PROGRAM) + " lag --watch 0.1 --dsn '" + database.dsn() + "' | head -n 1";
    CHECK(child({"/bin/bash", "-c", "set -o pipefail; " + line}).wait(std::chrono::seconds{20}).exit_code == 0);
}

TEST_CASE_FIXTURE(two_projections, "on a terminal a watch draws over what it drew before, in colour")
{
    on_terminal watch(command({"--watch", "0.1"}), 60, 20);
    const auto first = watch.wait_for("Ctrl-C ends it");
    CHECK(first.starts_with("\033[1mNAME "));
    CHECK(!first.contains("\033[4A"));
    const auto second = watch.wait_for("Ctrl-C ends it");
    CHECK(second.contains("\033[4A\r"));                     // the heading, two rows and the time
    watch.wait_for("\033[33mcounts ");                       // nothing is applied, and more than a second has passed
    libpq::connection(database.dsn())
        .execute("select annals.append('visit', 'K-' || n, '{came}', array['{}'::json]) from generate_series(1, 90) n");
    watch.wait_for("\033[31mcounts ");
    libpq::connection(database.dsn()).execute(end_other_sessions);
    watch.wait_for("Ctrl-C ends it");
    watch.type("\x03");
    CHECK(watch.wait() == 0);
}

TEST_CASE_FIXTURE(two_projections, "a terminal that is too small for all rows says how many are left out")
{
    on_terminal watch(command({"--watch", "0.1", "--logs"}), 100, 5);
    watch.wait_for("… and 3 more lines: there is no room for them");
    watch.wait_for("\033[4A\r");
    watch.type("\x03");
    CHECK(watch.wait() == 0);
}

}  // namespace annals::tests
