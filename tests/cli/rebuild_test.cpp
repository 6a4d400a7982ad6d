// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <unistd.h>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

auto has(const outcome& answer, const std::string& words) -> bool
{
    return (answer.out + answer.err).find(words) != std::string::npos;
}

/// A database with a projection that counts what happened to each door, in three versions.
struct installation {
    temporary_database database;
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("annals_rebuild_" + std::to_string(::getpid()));

    installation()
    {
        std::filesystem::create_directories(folder);
        write("1.sql", 1, "n bigint", "count(*)");
        write("2.sql", 2, "n bigint, twice bigint", "count(*), 2 * count(*)", ", twice = d.twice + excluded.twice");
        write("3.sql", 3, "n text", "count(*)::text", "", "(d.n::bigint + excluded.n::bigint)::text");
        append(3000);
        apply("1.sql");
    }
    ~installation() { std::filesystem::remove_all(folder); }
    installation(const installation&) = delete;
    auto operator=(const installation&) -> installation& = delete;

    void write(const std::string& name, int version, const std::string& columns, const std::string& selected,
               const std::string& also = "", const std::string& sum = "d.n + excluded.n") const
    {
        std::ofstream(folder / name) << "-- projection: doors\n-- version: " << version << "\n-- categories: door\n"
                                     << "-- parallel: key\n"
                                     << "create table doors (door text primary key, " << columns << ");\n"
                                     << "-- apply: opened\n"
                                     << "insert into doors as d select key, " << selected << " from batch group by 1\n"
                                     << "on conflict (door) do update set n = " << sum << also << ";\n";
    }
    void append(int events) const
    {
        query("select count(*) from generate_series(1, " + std::to_string(events / 100)
              + ") k, lateral annals.append('door', 'D-' || k % 30, array_fill('opened'::text, array[100]), "
                "array_fill('{}'::text, array[100]))");
    }
    auto query(const std::string& sql) const -> std::string
    {
        const auto rows = libpq::connection(database.dsn()).query(sql.c_str());
        return rows.empty() ? "" : rows.find<std::string>(0, 0).value_or("");
    }
    auto sum() const -> std::string { return query("select sum(n::bigint)::text from read.doors"); }
    auto command(std::vector<std::string> words, const char* program = ANNALS_PROGRAM) const -> std::vector<std::string>
    {
        words.insert(words.begin(), program);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return words;
    }
    auto run(std::vector<std::string> words) const -> outcome
    {
        return child(command(std::move(words)), without_kafka).wait(120s);
    }
    void apply(const std::string& file) const { REQUIRE(run({"projections", "apply", folder / file}).exit_code == 0); }
    auto rebuild(std::vector<std::string> more = {}) const -> outcome
    {
        more.insert(more.begin(), {"projections", "rebuild", "doors"});
        return run(more);
    }
    auto is_level(const std::string& sum_of_all) const -> bool
    {
        return waited_until(30s, [&] { return sum() == sum_of_all; });
    }
};

}  // namespace

TEST_CASE_FIXTURE(installation, "another version is built while the live one serves, is swapped, and is rolled back")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    const auto done = rebuild({"--file", folder / "2.sql", "--reason", "also twice"});
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(has(done, "doors version 2 is live; version 1 is kept beside it"));
    CHECK(query("select sum(twice)::text from read.doors") == "6000");
    append(1000);
    CHECK(is_level("4000"));
    CHECK(waited_until(30s, [&] { return query("select sum(n)::text from p_doors_1.doors") == "4000"; }));
    CHECK(has(run({"projections", "list"}), "it can be live again until"));
    CHECK(has(run({"jobs", "list", "--all"}), "also twice"));

    const auto back = run({"projections", "rollback", "doors"});
    CHECK_MESSAGE(back.exit_code == 0, back.err);
    CHECK(query("select string_agg(attname, ',' order by attnum) from pg_attribute "
                "where attrelid = 'read.doors'::regclass and attnum > 0")
          == "door,n");
    const auto again = rebuild({"--file", folder / "2.sql"});
    CHECK(again.exit_code == 1);
    CHECK_MESSAGE(has(again, "projections rollback doors"), again.err);
    append(1000);
    CHECK(is_level("5000"));
}

TEST_CASE_FIXTURE(installation,
                  "without any other process, the command builds by itself, and a second one has nothing to add")
{
    CHECK(run({"projections", "rebuild", "doors", "--file", folder / "2.sql", "--no-compare"}).exit_code == 0);
    CHECK(sum() == "3000");
    const auto none = run({"projections", "diff", "doors"});
    CHECK(none.exit_code == 1);
    CHECK_MESSAGE(has(none, "doors version 1 is behind the live doors version 2"), none.err);  // nothing applies it
}

TEST_CASE_FIXTURE(installation, "rows that are wrong are found, and made right by a rebuild of the same version")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    CHECK(rebuild({"--no-swap"}).exit_code == 0);
    query("update p_doors_1.doors set n = n + 7 where door = 'D-3'");
    query("delete from p_doors_1.doors where door = 'D-4'");
    const auto found = rebuild();
    CHECK(found.exit_code == 3);
    CHECK_MESSAGE(has(found, R"({"door":"D-3"})"), found.out);
    CHECK(has(found, "nothing was swapped"));
    CHECK(sum() == "2907");
    CHECK(run({"projections", "diff", "doors"}).exit_code == 3);
    const auto done = rebuild({"--yes"});
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(sum() == "3000");
    append(1000);
    CHECK(is_level("4000"));
    CHECK(query("select count(*)::text from pg_namespace where nspname like 'p\\_%'") == "1");
}

TEST_CASE_FIXTURE(installation,
                  "what analysts built on a name survives when its columns allow it, and is named before when not")
{
    child worker(command({"work"}), without_kafka);
    query("create schema ada");
    query("create view ada.busy as select door from read.doors where n > 10");
    REQUIRE(is_level("3000"));
    CHECK(rebuild({"--file", folder / "2.sql"}).exit_code == 0);
    CHECK(query("select count(*)::text from ada.busy") == "30");

    const auto refused = rebuild({"--file", folder / "3.sql"});
    CHECK(refused.exit_code == 2);
    CHECK_MESSAGE(has(refused, "ada.busy"), refused.err);
    CHECK(query("select count(*)::text from ada.busy") == "30");
    CHECK(query("select coalesce(max(position), 0)::text from annals.checkpoints where version = 3") == "0");
    CHECK(rebuild({"--drop-dependents"}).exit_code == 0);
    CHECK(query("select sum(n::bigint)::text from read.doors") == "3000");
    CHECK(query("select to_regclass('ada.busy')::text") == "");
}

TEST_CASE_FIXTURE(installation, "readers see the old rows or the new ones, never neither, while events arrive")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    std::atomic<int> queries = 0, failed = 0, fewer = 0;
    std::jthread reader([&](const std::stop_token& stop) {
        libpq::connection session(database.dsn());
        std::int64_t seen = 0;
        while (!stop.stop_requested()) try {
                const auto now = session.query("select sum(n::bigint)::bigint from read.doors").get<std::int64_t>(0, 0);
                if (now < seen) ++fewer;
                seen = now;
                ++queries;
            } catch (const std::exception& problem) {
                MESSAGE(problem.what());
                ++failed;
            }
    });
    std::jthread writer([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            append(100);
            std::this_thread::sleep_for(50ms);
        }
    });
    for (const auto* file : {"2.sql", "3.sql"}) {
        const auto done = rebuild({"--file", folder / file});
        CHECK_MESSAGE(done.exit_code == 0, done.err);
        const auto again = rebuild({"--json"});
        CHECK_MESSAGE(again.exit_code == 0, again.err);
        CHECK(eventstore::json::parse(again.out)["equal"] == true);
    }
    writer = {};
    CHECK(is_level(query("select count(*)::text from annals.events")));
    reader = {};
    CHECK(queries > 50);
    CHECK(failed == 0);
    CHECK(fewer == 0);
}

TEST_CASE_FIXTURE(installation,
                  "a snapshot from before the build keeps the swap waiting, since it would see only some rows")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    libpq::connection old(database.dsn());
    old.execute("begin isolation level repeatable read");
    old.query("select count(*) from annals.list_categories()");
    child rebuilding(command({"projections", "rebuild", "doors", "--file", folder / "2.sql", "--no-compare"}),
                     without_kafka);
    const auto is_there = [&] { return query("select to_regclass('p_doors_2.doors')::text") == "p_doors_2.doors"; };
    REQUIRE(waited_until(30s, is_there));
    CHECK(waited_until(30s, [&] { return query("select sum(n)::text from p_doors_2.doors") == "3000"; }));
    nothing_for(1s);
    CHECK(query("select version::text from annals.projections where live") == "1");
    old.execute("rollback");
    CHECK(rebuilding.wait().exit_code == 0);
    CHECK(query("select version::text from annals.projections where live") == "2");
}

TEST_CASE_FIXTURE(installation, "a rebuild that parks more than the live version is not swapped")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    write("2.sql", 2, "n int check (n < 50)", "count(*)");
    const auto refused = rebuild({"--file", folder / "2.sql", "--no-compare"});
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(has(refused, "has parked"), refused.err);
    CHECK(query("select version::text from annals.projections where live") == "1");
}

TEST_CASE_FIXTURE(installation, "builders and commands killed at random end with equal rows")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random(seed);
    append(20000);
    child worker(command({"work"}), without_kafka), other(command({"work"}), without_kafka);
    REQUIRE(is_level("23000"));
    for (int round = 0; round < 6; ++round) {
        child rebuilding(command({"projections", "rebuild", "doors", "--no-swap"}), without_kafka);
        std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 1500));
        if (random() % 2 == 0) rebuilding.signal(random() % 2 == 0 ? SIGKILL : SIGINT);
        (random() % 2 == 0 ? worker : other).restart();
        append(500);
    }
    const auto done = rebuild({"--json"});
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(eventstore::json::parse(done.out)["equal"] == true);
    CHECK(is_level("26000"));
}

TEST_CASE_FIXTURE(installation, "the view of another program is built by that program, and by no other")
{
    const auto laboratory = [&](std::vector<std::string> words) {
        return child(command(std::move(words), LABORATORY_PROGRAM), without_kafka);
    };
    const auto create = [&](const std::string& sample, const std::string& barcode) {
        const auto data = R"({"barcode": ")" + barcode + R"(", "sample_type": "blood", "patient_id": "P"})";
        REQUIRE(run({"append", "sample-" + sample, "sample.created", data}).exit_code == 0);
    };
    {
        auto own = laboratory({"work"});
        own.wait_for_words("takes over logs");
        create("S-1", "B");
        REQUIRE(waited_until(30s, [&] { return query("select count(*)::text from read.sample_card") == "1"; }));
        const auto done = run({"projections", "rebuild", "sample_card"});
        CHECK_MESSAGE(done.exit_code == 0, done.err);
        CHECK(query("select count(*)::text from read.sample_card") == "1");
        create("S-2", "C");
        CHECK(waited_until(30s, [&] { return query("select count(*)::text from read.sample_card") == "2"; }));
    }
    const auto refused = run({"projections", "rebuild", "sample_card"});
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(has(refused, "no running process knows sample_card"), refused.err);
    CHECK(has(refused, "start it"));
    CHECK(query("select count(*)::text from annals.jobs where state in ('waiting', 'taken')") == "0");
}

TEST_CASE_FIXTURE(installation, "a verification finds rows that are no fold of the log, and leaves nothing behind")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    const auto equal = run({"verify", "--projection", "doors"});
    CHECK_MESSAGE(equal.exit_code == 0, equal.err);
    CHECK(has(equal, "doors version 1 = a fold of the log"));
    query("update p_doors_1.doors set n = n + 7 where door = 'D-3'");
    const auto found = run({"verify", "--projection", "doors", "--json"});
    CHECK(found.exit_code == 3);
    CHECK(eventstore::json::parse(found.out)["first"][0]["new"]["n"] == 100);
    CHECK(query("select count(*)::text from annals.projections") == "1");
    CHECK(query("select count(*)::text from pg_namespace where nspname like 'p\\_%'") == "1");
    CHECK(run({"verify"}).exit_code == 2);
    CHECK(run({"verify", "door", "--projection", "doors"}).exit_code == 2);
    CHECK(run({"verify", "--projection", "dors"}).exit_code == 1);
}

TEST_CASE_FIXTURE(installation, "a projection that stopped, since the log was restored, is right again after a rebuild")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    worker.signal(SIGTERM);
    worker.wait();
    query("update annals.checkpoints set position = position + 100, event_id = gen_random_uuid() where position > 0");
    query("update p_doors_1.doors set n = n + 7");
    worker.restart();
    REQUIRE(waited_until(30s, [&] { return has(run({"projections", "list"}), "stopped"); }));
    const auto done = rebuild();
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(has(done, "the rows are not compared"));
    append(1000);
    CHECK(is_level("4000"));
}

TEST_CASE_FIXTURE(installation, "of two rebuilds at once only one swaps, and the rows are whole")
{
    child worker(command({"work"}), without_kafka);
    REQUIRE(is_level("3000"));
    child one(command({"projections", "rebuild", "doors"}), without_kafka);
    child other(command({"projections", "rebuild", "doors"}), without_kafka);
    const auto first = one.wait(), second = other.wait();
    CHECK_MESSAGE((first.exit_code == 0 || second.exit_code == 0), (first.err + second.err));
    append(1000);
    CHECK(is_level("4000"));
    CHECK(query("select count(*)::text from annals.projections where live") == "1");
}

TEST_CASE_FIXTURE(installation, "a rebuild of nothing changes nothing, and says what is wrong")
{
    CHECK(run({"projections", "rebuild", "window", "--file", folder / "2.sql"}).exit_code == 1);
    const auto unknown = run({"projections", "rebuild", "door"});
    CHECK(unknown.exit_code == 1);
    CHECK_MESSAGE(has(unknown, "did you mean"), unknown.err);
    std::ofstream(folder / "bad.sql") << "-- projection: doors\n-- version: two\n";
    CHECK(rebuild({"--file", folder / "bad.sql"}).exit_code == 2);
    std::ofstream(folder / "other.sql") << "-- projection: windows\n-- version: 1\n-- categories: door\n"
                                           "create table windows (n int);\n-- apply: *\ndelete from windows;\n";
    const auto other = rebuild({"--file", folder / "other.sql"});
    CHECK(other.exit_code == 1);
    CHECK(has(other, "is of the projection windows"));
    CHECK(run({"projections", "rollback", "doors"}).exit_code == 1);
    CHECK(run({"projections", "diff", "doors"}).exit_code == 1);
    CHECK(query("select count(*)::text from annals.projections") == "1");
    CHECK(query("select count(*)::text from annals.jobs") == "0");
    CHECK(run({"projections", "remove", "doors", "--version", "1", "--yes"}).exit_code != 0);
}

}  // namespace annals::tests
