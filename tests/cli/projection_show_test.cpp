// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <unistd.h>

namespace annals::tests {
namespace {

using eventstore::json;
using libpq::connection;

constexpr auto things = R"(-- projection: things
-- version: 1
-- categories: thing

create table things (key text primary key, n bigint not null, ratio numeric);
comment on column things.n is 'how many';
create table _seen (key text);
create view broken as select 1 / (n - n) as never from things;
create view slow as select pg_sleep(n)::text from things;
create function writes() returns bigint language sql as 'insert into p_things_1.things values (''new'', 1); select 1';
create view writing as select writes() as n;
create view asker as select current_user::text as name;

-- apply: *
insert into things select key, count(*) from batch group by key on conflict do nothing;
)";

/// A projection that is live over seven events, two of which it has applied.
struct live_projection {
    temporary_database database;
    std::string file = "/tmp/annals_show_" + std::to_string(::getpid()) + ".sql";

    live_projection()
    {
        std::ofstream(file) << things;
        connection owner(database.dsn());
        owner.execute("select annals.ensure_category('thing', 1);"
                      "select annals.append('thing', 'T-' || n, '{made}', array['{}'::json]) "
                      "from generate_series(1, 7) n");
        const auto applied = run({"projections", "apply", file});
        REQUIRE_MESSAGE(applied.exit_code == 0, applied.err);
        owner.execute("insert into annals.checkpoints (processor, version, log, position, registration) "
                      "select 'things', 1, log, 2, registration from annals.logs, annals.projections;"
                      "insert into p_things_1.things values ('a', 1234567, 12345678901234567890.50), ('b', 60, null), "
                      "('c', 60, 1); select pg_stat_force_next_flush()");
    }
    ~live_projection() { ::unlink(file.c_str()); }

    auto run(std::vector<std::string> words, const std::string& dsn = {}) const -> outcome
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", dsn.empty() ? database.dsn() : dsn});
        return child(std::move(words)).wait();
    }
};

}  // namespace

TEST_CASE_FIXTURE(live_projection, "a projection is shown with its lag, the sizes of its tables, and a few rows")
{
    const auto shown = run({"projections", "show", "things", "--rows", "2"});
    CHECK(shown.exit_code == 0);
    CHECK(shown.out.starts_with("things version 1, sql over thing, live\nidle; 5 of 7 events behind, the oldest for "));
    CHECK(shown.out.contains("TABLE    SHOWN  ROWS ESTIMATE  SIZE\n"));
    CHECK(shown.out.contains("_seen    no                 0  8.0 KiB\n"));
    CHECK(shown.out.contains("broken   yes                -  -\n"));
    CHECK_MESSAGE(shown.out.contains("things   yes                3  32 KiB\n"), shown.out);
    const std::string rows = "some rows of read.things\n"
                             "KEY          N  RATIO\n"
                             "a    1,234,567  12345678901234567890.50\n"
                             "b           60  -\n\n";
    CHECK_MESSAGE(shown.out.contains(rows), shown.out);
    CHECK(shown.out.ends_with(things));
    CHECK(!run({"projections", "show", "things", "--rows", "0"}).out.contains("some rows"));
}

TEST_CASE_FIXTURE(live_projection, "a view that fails, takes long or writes does no harm, and is asked with few rights")
{
    const auto shown = run({"projections", "show", "things"}).out;
    CHECK_MESSAGE(shown.contains("\nread.broken cannot be read: "), shown);
    CHECK(shown.contains("division by zero"));
    CHECK(shown.contains("\nread.slow cannot be read: "));
    CHECK(shown.contains("\nread.writing cannot be read: ERROR: cannot execute INSERT in a read-only transaction"));
    CHECK(shown.contains("\nsome rows of read.asker\nNAME\nannals_reader\n"));
    CHECK(shown.contains("\nsome rows of read.things\n"));
    CHECK(connection(database.dsn()).query("select from p_things_1.things").size() == 3);
}

TEST_CASE_FIXTURE(live_projection, "for programs a projection is one object, in which numbers keep their digits")
{
    const auto text = run({"projections", "show", "things", "--json"}).out;
    const auto shown = json::parse(text);
    CHECK(shown["state"] == "idle");
    CHECK(shown["events_behind"] == 5);
    CHECK(shown["bytes"].get<int>() > 0);
    CHECK(shown["tables"].at(0) == json{{"table", "_seen"}, {"shown", false}, {"rows_estimate", 0}, {"bytes", 8192}});
    CHECK(shown["rows"]["things"].size() == 3);
    CHECK(text.contains("12345678901234567890.50"));
    CHECK(shown["rows"]["broken"].get<std::string>().contains("division by zero"));
}

TEST_CASE_FIXTURE(live_projection, "an analyst is shown the rows, and who may not read them is told so")
{
    const login_user ada(database, "ada", std::vector<std::string>{"annals_analyst"});
    const auto seen = run({"projections", "show", "things"}, ada.dsn());
    CHECK_MESSAGE(seen.exit_code == 0, seen.err);
    CHECK(seen.out.contains("\nsome rows of read.things\n"));
    const login_user worker(database, "worker", std::vector<std::string>{"annals_projector"});
    const auto refused = run({"projections", "show", "things"}, worker.dsn());
    CHECK_MESSAGE(refused.exit_code == 0, refused.err);
    CHECK(refused.out.contains("\nread.things cannot be read: "));
}

}  // namespace annals::tests
