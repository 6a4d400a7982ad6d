// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;
using libpq::connection;

const std::string counts = "examples/laboratory/sample_counts.sql";
const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

/// What a process is doing, as an operator sees it.
struct installation {
    temporary_database database;

    auto command(std::vector<std::string> words, const std::string& dsn = {}) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", dsn.empty() ? database.dsn() : dsn});
        return words;
    }
    auto run(std::vector<std::string> words, const std::string& dsn = {}) const -> outcome
    {
        return child(command(std::move(words), dsn), without_kafka).wait();
    }
    void execute(const std::string& sql) const { connection(database.dsn()).execute(sql); }
    void configure(const std::string& setting) const
    {
        connection("").execute("alter database " + database.name() + " " + setting);
    }
    /// The only projection; an empty object when it could not be listed.
    auto listed() const -> eventstore::json
    {
        auto found = eventstore::json::parse(run({"projections", "list", "--json"}).out, nullptr, false);
        return found.is_object() ? found : eventstore::json::object();
    }
    auto is_soon(auto&& condition) const -> bool { return waited_until(30s, condition); }
};

auto has(const outcome& answer, const std::string& words) -> bool
{
    return (answer.out + answer.err).find(words) != std::string::npos;
}

/// A file of SQL in a folder of its own.
struct sql_file {
    std::string path;
    explicit sql_file(const std::string& text)
    {
        char name[] = "/tmp/annals_states_XXXXXX";
        path = ::mkdtemp(name);
        path += "/slow.sql";
        std::ofstream(path) << text;
    }
    ~sql_file()
    {
        ::unlink(path.c_str());
        ::rmdir(path.substr(0, path.rfind('/')).c_str());
    }
    sql_file(const sql_file&) = delete;
    auto operator=(const sql_file&) -> sql_file& = delete;
};

const std::string slow = R"(-- projection: slow
-- version: 1
-- categories: a
create table slow (stream text, version bigint, primary key (stream, version));
-- apply: *
perform pg_sleep(2) from batch limit 1;
insert into slow select stream, version from batch;
)";

const std::string picky = R"(-- projection: picky
-- version: 1
-- categories: a
-- order: strict
create table picky (n int primary key);
-- apply: *
insert into picky select (data->>'n')::int from batch;
)";

/// With a projection that refuses the first event and may not pass over it.
struct picky_installation : installation {
    sql_file file{picky};

    picky_installation()
    {
        REQUIRE(run({"projections", "apply", file.path}).exit_code == 0);
        REQUIRE(run({"append", "a-1", "t", R"({"n": "none"})"}).exit_code == 0);
    }
};

}  // namespace

TEST_CASE_FIXTURE(installation, "a projection that always hits a time-out is reported, until it succeeds")
{
    const sql_file file(slow);
    REQUIRE(run({"projections", "apply", file.path}).exit_code == 0);
    REQUIRE(run({"append", "a-1", "t"}).exit_code == 0);
    configure("set statement_timeout = '1s'");
    {
        child worker(command({"work", "--set", "log.level=warning"}), without_kafka);
        CHECK(is_soon([&] { return listed()["state"] == "retrying" && listed()["failures"] > 1; }));
        worker.wait_for_words("statement timeout");
        worker.wait_for_words("trying again");
        CHECK(is_soon([&] {
            const auto doctor = run({"doctor"});
            return doctor.exit_code == 3 && has(doctor, "problem  projections  slow version 1 has failed");
        }));
        worker.wait_for_words("a projection still fails; trying again projection=slow version=1 error=57014");
        worker.signal(SIGTERM);
        CHECK(worker.wait().exit_code == 0);
    }
    const auto after = listed();
    CHECK(after["state"] == "retrying");
    CHECK(after["reason"].get<std::string>().find("statement timeout") != std::string::npos);
    CHECK(after["since"].is_string());
    CHECK(has(run({"doctor"}), "and no process works on it"));

    configure("reset statement_timeout");
    child worker(command({"work"}), without_kafka);
    CHECK(is_soon([&] { return listed()["state"] == "running" && listed()["events_behind"] == 0; }));
    CHECK(listed()["failures"].is_null());
    CHECK(run({"doctor", "--max-lag", "0"}).exit_code == 0);
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE_FIXTURE(picky_installation, "a projection that stops for good is an error in the log, and a problem")
{
    child worker(command({"work", "--set", "log.level=error"}), without_kafka);
    worker.wait_for_words("error   a projection is stopped; the others continue projection=picky version=1");
    CHECK(is_soon([&] { return listed()["state"] == "stopped"; }));
    const auto doctor = run({"doctor"});
    CHECK(doctor.exit_code == 3);
    CHECK(has(doctor, "annals projections resume picky"));
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
}

TEST_CASE_FIXTURE(installation, "a projection without a process is idle, and its lag is counted from the first event")
{
    REQUIRE(run({"projections", "apply", counts}).exit_code == 0);
    CHECK(listed()["state"] == "idle");
    CHECK(run({"doctor", "--max-lag", "0"}).exit_code == 0);
    for (int i = 0; i < 3; ++i) REQUIRE(run({"append", "sample-S-1", "sample.created"}).exit_code == 0);
    CHECK(listed()["events_behind"] == 3);
    const auto doctor = run({"doctor", "--max-lag", "100"});
    CHECK(doctor.exit_code == 3);
    CHECK(has(doctor, "sample_counts version 1 is 3 events behind, and no process works on it"));
}

TEST_CASE_FIXTURE(installation, "signals within a second count as one, and SIGHUP counts, too")
{
    const std::vector<std::vector<int>> wishes{{SIGTERM, SIGTERM}, {SIGHUP}, {SIGHUP, SIGTERM, SIGINT}};
    for (const auto& signals : wishes) {
        child program(command({"work"}), without_kafka);
        program.wait_for_words("started");
        for (const auto one : signals) program.signal(one);
        const auto ended = program.wait(20s);
        CHECK(ended.exit_code == 0);
        CHECK(has(ended, "stopped"));
    }
    CHECK_FALSE(has(run({"processes", "--all"}), "lost"));
}

TEST_CASE_FIXTURE(installation, "a process without the rights for its work says so once and ends")
{
    const std::vector<std::string> analysing{"annals_analyst"}, reading{"annals_reader"}, writing{"annals_writer"};
    for (const auto& roles : {analysing, reading, writing}) {
        const login_user user(database, roles[0], roles);
        for (const std::string verb : {"run", "work"}) {
            const auto answer = run({verb}, user.dsn());
            CHECK(answer.exit_code == 1);
            CHECK_MESSAGE(has(answer, "the user " + user.name() + " cannot "), answer.err);
            CHECK_MESSAGE(has(answer, "grant annals_projector to"), answer.err);
        }
    }
    CHECK(has(run({"processes", "--all"}), "no process runs"));
}

TEST_CASE_FIXTURE(installation, "doctor finds the user of a process that lost its role")
{
    const std::vector<std::string> projecting{"annals_projector", "annals_writer"};
    const login_user service(database, "service", projecting);
    REQUIRE(run({"projections", "apply", counts}).exit_code == 0);
    child worker(command({"work"}, service.dsn()), without_kafka);
    worker.wait_for_words("started");
    CHECK(is_soon([&] { return listed()["state"] == "running"; }));
    execute("revoke annals_projector from " + service.name());
    const auto doctor = run({"doctor"});
    CHECK(doctor.exit_code == 3);
    CHECK_MESSAGE(has(doctor, "runs as " + service.name() + ", which cannot keep read models"), doctor.out);
    worker.signal(SIGTERM);
    CHECK(worker.wait().exit_code == 0);
    execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = '" + service.name() + "'");
}

TEST_CASE_FIXTURE(installation, "an append to a database that refuses writes is refused immediately, with the reason")
{
    REQUIRE(run({"append", "a-1", "t"}).exit_code == 0);
    configure("set default_transaction_read_only = on");
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"append", "a-1", "t"},
             {"import", "/dev/null", "--format", "jsonl", "--category", "a", "--key", "k", "--type", "t"}}) {
        const auto refused = run(words);
        CHECK(refused.exit_code == 1);
        const auto why = "default_transaction_read_only is on for the database " + database.name();
        CHECK_MESSAGE(has(refused, why), refused.err);
        CHECK_MESSAGE(has(refused, "reset default_transaction_read_only"), refused.err);
    }
    const auto doctor = run({"doctor"});
    CHECK(doctor.exit_code == 3);
    CHECK_MESSAGE(has(doctor, "is read-only"), doctor.out);
    configure("reset default_transaction_read_only");
}

TEST_CASE_FIXTURE(installation, "a process that was lost is reported until another one has taken its place")
{
    execute("insert into annals.processes (id, program, version, host, pid, parts, started_at, seen_at) "
            "select gen_random_uuid(), 'shop', '1', 'here', pid, '{projections}', clock_timestamp() - interval '1 h', "
            "clock_timestamp() - make_interval(mins => ago) from (values (1, 5), (2, 5), (3, 90)) lost(pid, ago)");
    auto doctor = run({"doctor"});
    CHECK(doctor.exit_code == 0);
    CHECK(has(doctor, "(pid 1) was last seen"));
    CHECK(has(doctor, "(pid 2) was last seen"));
    CHECK_FALSE(has(doctor, "(pid 3) was last seen"));
    const auto start = [&](const std::string& program, const std::string& parts) {
        execute("insert into annals.processes (id, program, version, host, pid, parts) values (gen_random_uuid(), '"
                + program + "', '2', 'there', 9, '{" + parts + "}')");
    };
    start("shop", "publisher");
    start("laboratory", "projections");
    CHECK(has(run({"doctor"}), "was last seen"));
    CHECK(has(run({"processes"}), "lost"));
    start("shop", "projections");                            // it takes over all that the two did
    CHECK_FALSE(has(run({"doctor"}), "was last seen"));
    CHECK_FALSE(has(run({"processes"}), "lost"));
    CHECK(has(run({"processes", "--all"}), "lost"));
}

TEST_CASE_FIXTURE(installation, "every verb ends with 1 when the database does not have what it names")
{
    REQUIRE(run({"projections", "apply", counts}).exit_code == 0);
    for (const auto& words : std::vector<std::vector<std::string>>{{"read", "a-1"},
                                                                   {"read", "a"},
                                                                   {"projections", "show", "sample_count"},
                                                                   {"projections", "remove", "sample_count"},
                                                                   {"projections", "pause", "sample_count"},
                                                                   {"projections", "resume", "sample_count"},
                                                                   {"jobs", "show", "77"},
                                                                   {"jobs", "cancel", "77"}}) {
        const auto answer = run(words);
        CHECK_MESSAGE(answer.exit_code == 1, (words[0] + " " + words.back() + ": " + answer.err));
        constexpr auto same = "annals: there is no projection \"sample_count\"\n  did you mean sample_counts?\n";
        if (words[0] == "projections") CHECK_MESSAGE(answer.err == same, answer.err);
    }
}

TEST_CASE_FIXTURE(installation, "who removed a projection, and why, is on record")
{
    REQUIRE(run({"projections", "apply", counts}).exit_code == 0);
    REQUIRE(run({"projections", "remove", "sample_counts", "--yes", "--reason", "nobody reads it"}).exit_code == 0);
    const auto record = eventstore::json::parse(run({"jobs", "list", "--all", "--json"}).out);
    CHECK(record["verb"] == "remove projection");
    CHECK(record["subject"] == "sample_counts");
    CHECK(record["reason"] == "nobody reads it");
    CHECK(record["state"] == "done");
}

TEST_CASE_FIXTURE(picky_installation, "a log line in JSON has the projection, the log and the SQLSTATE as members")
{
    child worker(command({"work", "--log-format", "json"}), without_kafka);
    worker.wait_for_words("a projection is stopped");
    worker.signal(SIGTERM);
    std::istringstream lines(worker.wait().err);
    std::map<std::string, eventstore::json> said;
    for (std::string line; std::getline(lines, line);) {
        const auto one = eventstore::json::parse(line);
        CHECK(one["time"].is_string());
        said[one["message"]] = one;
    }
    const auto& stopped = said["a projection is stopped; the others continue"];
    CHECK(stopped["level"] == "error");
    CHECK(stopped["projection"] == "picky");
    CHECK(stopped["version"] == 1);
    CHECK(stopped["log"].get<std::string>().starts_with("a/"));
    CHECK(stopped["position"] == 1);
    CHECK(stopped["error"] == "22P02");                     // invalid_text_representation
    CHECK(stopped["problem"].get<std::string>().contains("event t of a-1 version 1"));
    CHECK(said["takes over logs"]["level"] == "info");
    CHECK(said["takes over logs"]["logs"] == 8);
}

}  // namespace annals::tests
