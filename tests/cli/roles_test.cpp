// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/cli/support/documented_roles.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/child.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <csignal>

namespace annals::tests {
namespace {

using namespace std::chrono_literals;
using libpq::connection;

const std::string projection = "examples/laboratory/sample_counts.sql";

/// A migrated database in which advisory locks are reserved for annals' roles, and the program run by users with one
/// or two of the roles; with a topic template of this test's own.
struct laboratory_of_users {
    temporary_database database;
    kafka::settings broker = broker_settings();

    laboratory_of_users() { connection(database.dsn()).execute(documented_sql("Advisory locks")); }

    auto user(const std::string& name, const std::vector<std::string>& roles) const -> login_user
    {
        return {database, name, roles};
    }
    auto command(const std::string& dsn, std::vector<std::string> words) const -> std::vector<std::string>
    {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", dsn, "--set", "topic=" + broker.topic_template, "--set", "partitions=1"});
        return words;
    }
    auto run(const std::string& dsn, std::vector<std::string> words) const -> outcome
    {
        return child(command(dsn, std::move(words))).wait();
    }
    auto run(const login_user& user, std::vector<std::string> words) const -> outcome
    {
        return run(user.dsn(), std::move(words));
    }
    /// As the superuser of the tests.
    void append() const
    {
        REQUIRE(run(database.dsn(), {"append", "sample-S-1", "sample.created", R"({"sample_type": "blood"})"}).exit_code
                == 0);
    }
    void apply() const { REQUIRE(run(database.dsn(), {"projections", "apply", projection}).exit_code == 0); }

    auto is_soon(const std::string& query) const -> bool
    {
        connection session(database.dsn());
        return waited_until(20s, [&] { return session.query("select " + query).get<bool>(0, 0); });
    }
};

constexpr auto is_counted = "coalesce((select count(*) > 0 from read.sample_counts), false)";

/// Its message names what was refused, and it stores nothing.
void check_refused(const outcome& answer)
{
    CHECK(answer.exit_code == 1);
    CHECK_MESSAGE(answer.err.find("permission denied for ") != std::string::npos, answer.err);
    CHECK_MESSAGE(answer.err.find("docs/operating/roles.md") != std::string::npos, answer.err);
}

}  // namespace

TEST_CASE_FIXTURE(laboratory_of_users, "a writer appends, imports and publishes, and keeps no read models")
{
    const auto writer = user("writer", {"annals_writer"});
    CHECK(run(writer, {"append", "sample-S-1", "sample.created", "--expected", "none"}).exit_code == 0);
    CHECK(run(writer, {"read", "sample-S-1"}).exit_code == 0);
    const std::vector<std::string> import{"import", "/dev/stdin", "--format", "jsonl",  "--category",
                                          "visit",  "--key",      "of",       "--type", "what"};
    const auto imported = child(command(writer.dsn(), import), {}, R"({"of": 7, "what": "opened"})").wait();
    CHECK_MESSAGE(imported.exit_code == 0, imported.err);
    child program(command(writer.dsn(), {"publish"}));
    CHECK(is_soon("exists (select from annals.publication_cursors where position = 1)"));
    program.signal(SIGTERM);
    CHECK(program.wait().exit_code == 0);
    CHECK(run(writer, {"verify", "sample"}).exit_code == 0);
    check_refused(run(writer, {"projections", "list"}));
    CHECK(run(writer, {"projections", "apply", projection}).err.find("membership of annals_owner")
          != std::string::npos);
}

TEST_CASE_FIXTURE(laboratory_of_users, "a projector works, pauses and resumes, and cannot append")
{
    apply();
    append();
    const auto projector = user("projector", {"annals_projector"});
    child program(command(projector.dsn(), {"work"}));
    CHECK(is_soon(is_counted));
    CHECK(run(projector, {"projections", "pause", "sample_counts"}).exit_code == 0);
    CHECK(run(projector, {"projections", "resume", "sample_counts"}).exit_code == 0);
    CHECK(run(projector, {"projections", "list"}).exit_code == 0);
    CHECK(run(projector, {"lag"}).exit_code == 0);
    check_refused(run(projector, {"append", "sample-S-1", "sample.created"}));
    program.signal(SIGTERM);
    const auto ended = program.wait();
    CHECK(ended.exit_code == 0);
    CHECK_MESSAGE(ended.err.find("denied") == std::string::npos, ended.err);
}

TEST_CASE_FIXTURE(laboratory_of_users, "a user with both roles runs everything, and an auditor finds it in order")
{
    apply();
    const auto service = user("service", {"annals_writer", "annals_projector"});
    child program(command(service.dsn(), {"run"}));
    CHECK(run(service, {"append", "sample-S-1", "sample.created", R"({"sample_type": "blood"})"}).exit_code == 0);
    CHECK(is_soon(is_counted));
    CHECK(is_soon("exists (select from annals.publication_cursors where position = 1)"));

    const auto auditor = user("auditor", {"annals_auditor"});
    for (const auto& words : std::vector<std::vector<std::string>>{{"doctor"},
                                                                   {"verify", "sample"},
                                                                   {"publish", "status"},
                                                                   {"processes"},
                                                                   {"jobs", "list", "--all"},
                                                                   {"projections", "list"},
                                                                   {"lag", "--logs"},
                                                                   {"categories"},
                                                                   {"read", "sample"},
                                                                   {"migrate", "--status"}}) {
        const auto answer = run(auditor, words);
        CHECK_MESSAGE(answer.exit_code == 0, words[0] << ": " << answer.err << answer.out);
    }
    check_refused(run(auditor, {"append", "sample-S-1", "sample.created"}));
    check_refused(run(auditor, {"projections", "pause", "sample_counts"}));
    program.signal(SIGTERM);
    const auto ended = program.wait();
    CHECK(ended.exit_code == 0);
    CHECK_MESSAGE(ended.err.find("denied") == std::string::npos, ended.err);
}

TEST_CASE_FIXTURE(laboratory_of_users, "a reader reads events and how far the read models are, and nothing else")
{
    apply();
    append();
    const auto reader = user("reader", {"annals_reader"});
    CHECK(run(reader, {"read", "sample-S-1"}).exit_code == 0);
    CHECK(run(reader, {"events", "list"}).exit_code == 0);
    CHECK(run(reader, {"events", "check"}).err.starts_with("annals: this program names no facts"));
    CHECK(run(reader, {"categories"}).exit_code == 0);
    CHECK(run(reader, {"projections", "list"}).exit_code == 0);
    CHECK(run(reader, {"lag"}).exit_code == 0);
    check_refused(run(reader, {"append", "sample-S-1", "sample.created"}));
    check_refused(run(reader, {"jobs", "list"}));
}

TEST_CASE_FIXTURE(laboratory_of_users,
                  "an analyst queries read models by name, events by function, and looks with the commands that read")
{
    apply();
    append();
    const auto ada = user("ada", {});
    connection(database.dsn()).execute("select annals.make_analyst('" + ada.name() + "')");
    connection session(ada.dsn());
    session.execute("reset search_path");    // annals' own sessions set one
    CHECK(session.query("select * from sample_counts").empty());
    CHECK(session.query("select * from read_log('sample', 0)").size() == 1);
    CHECK(session.query("select * from read_stream('sample', 'S-1')").size() == 1);
    CHECK(session.query("select wait_for('sample_counts', 'sample/0@1', '0 s')").get<std::string>(0, 0) == "timed out");
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"read", "sample"},
                                               {"categories"},
                                               {"events", "list"},
                                               {"lag"},
                                               {"projections", "list"},
                                               {"projections", "new", "intake", "-"},
                                               {"projections", "show", "sample_counts"}}) {
        const auto seen = run(ada, words);
        CHECK_MESSAGE(seen.exit_code == 0, seen.err);
        CHECK(seen.out.contains("sample"));
    }
    check_refused(run(ada, {"append", "sample-S-1", "sample.created"}));
}

TEST_CASE_FIXTURE(laboratory_of_users,
                  "an analyst checks and proposes a file, and an owner who is no superuser accepts it")
{
    append();
    const auto ada = user("ada", {"annals_analyst"});
    const auto keeper = user("keeper", {"annals_owner"});
    connection(database.dsn()).execute("alter role " + keeper.name() + " createrole");
    connection(database.dsn()).execute("grant create on database " + database.name() + " to annals_owner");
    const auto checked = run(ada, {"projections", "check", projection});
    CHECK_MESSAGE(checked.exit_code == 0, checked.err);
    CHECK(checked.out.starts_with(projection + ": 1 events one by one and together: the same rows\n"));
    CHECK(run(ada, {"projections", "apply", projection}).err.contains("`annals projections propose`"));
    const auto proposed = run(ada, {"projections", "propose", projection, "--reason", "for the board", "--json"});
    CHECK_MESSAGE(proposed.exit_code == 0, proposed.err);
    CHECK(proposed.out == "{\"job\": 1, \"projection\": \"sample_counts\", \"version\": 1}\n");
    CHECK(run(ada, {"projections", "proposals", "1"}).out.contains("-- projection: sample_counts"));
    check_refused(run(ada, {"projections", "accept", "1"}));
    for (const std::string hiding : {"\x1b[2K", "a\rb", "\xe2\x80\xae"})
        CHECK_THROWS_WITH_AS(connection(ada.dsn()).query("select annals.propose_projection('seen', $1, '')",
                                                         libpq::parameters::of(hiding)),
                             doctest::Contains("could hide a part of it"), libpq::statement_error);
    CHECK(run(keeper, {"projections", "accept", "2"}).exit_code == 1);
    const auto waiting = run(keeper, {"projections", "proposals", "--json"}).out;
    CHECK(waiting.contains("\"state\": \"waiting\", \"projection\": \"sample_counts\", \"asked_by\": \"" + ada.name()));
    const auto accepted = run(keeper, {"projections", "accept", "1"});
    CHECK_MESSAGE(accepted.exit_code == 0, accepted.err);
    CHECK(accepted.out == "sample_counts version 1 is live: read.sample_counts\n");
    CHECK(run(ada, {"projections", "proposals"}).out.contains("sample_counts version 1 is live"));
    CHECK(run(keeper, {"projections", "accept", "1"}).err.contains("the proposal 1 is done already"));
    run(keeper, {"projections", "remove", "sample_counts", "--yes"});
}

TEST_CASE_FIXTURE(laboratory_of_users, "a reader looks at sagas, a writer starts and steers them, an auditor sees all")
{
    connection(database.dsn()).execute(R"(select annals.register_saga('visit', 1, '{"name": "visit", "version": 1,
        "steps": [{"id": "invite", "service": "desk", "compensation": "uninvite"}]}'))");
    const auto writer = user("writer", {"annals_writer"});
    for (const auto& words : std::vector<std::vector<std::string>>{{"sagas", "start", "visit", "V-1"},
                                                                   {"sagas", "pause", "V-1", "--wait", "0"},
                                                                   {"sagas", "show", "V-1"},
                                                                   {"sagas", "metrics"}}) {
        const auto answer = run(writer, words);
        CHECK_MESSAGE(answer.exit_code == 0, words[1] << ": " << answer.err);
    }
    const auto reader = user("reader", {"annals_reader"});
    CHECK(run(reader, {"sagas", "list"}).out.contains("V-1"));
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"sagas", "show", "V-1"}, {"sagas", "history", "V-1"}, {"sagas", "definitions"}, {"verify", "--sagas"}}) {
        const auto answer = run(reader, words);
        CHECK_MESSAGE(answer.exit_code == 0, words[1] << ": " << answer.err);
    }
    check_refused(run(reader, {"sagas", "start", "visit", "V-2"}));
    check_refused(run(reader, {"sagas", "pause", "V-1"}));
    check_refused(run(user("projector", {"annals_projector"}), {"sagas", "start", "visit", "V-2"}));

    const auto auditor = user("auditor", {"annals_auditor"});
    CHECK(run(auditor, {"sagas", "show", "V-1"}).out.contains("requests of the last day"));
    CHECK(run(auditor, {"sagas", "stuck", "--older-than", "0s"}).exit_code == 3);
    CHECK(run(auditor, {"verify", "--sagas"}).exit_code == 0);
    check_refused(run(auditor, {"sagas", "pause", "V-1"}));
}

TEST_CASE_FIXTURE(laboratory_of_users, "an appender appends and reads by function")
{
    const auto client = user("client", {"annals_appender"});
    connection session(client.dsn());
    session.execute("select annals.append('sample', 'S-1', array['sample.created'], array['{}']::json[], 0)");
    CHECK(session.query("select * from annals.read_stream('sample', 'S-1')").size() == 1);
    check_refused(run(client, {"append", "sample-S-1", "sample.created"}));
}

TEST_CASE("the user who keeps the schema is no superuser, but can migrate and apply projections")
{
    const temporary_database beside;         // creates the roles, and the user's name
    const std::vector<std::string> owning{"annals_owner"};
    const login_user keeper(beside, "keeper", owning);
    const auto name = beside.name() + "_kept";
    connection administration("");
    administration.execute("alter role " + keeper.name() + " createrole");
    administration.execute("create database " + name + " owner annals_owner");
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.begin(), ANNALS_PROGRAM);
        words.insert(words.end(), {"--dsn", "dbname=" + name + " user=" + keeper.name()});
        const auto answer = child(std::move(words)).wait();
        CHECK_MESSAGE(answer.exit_code == 0, answer.err);
    };
    run({"migrate"});
    run({"projections", "apply", projection});
    run({"projections", "remove", "sample_counts"});
    administration.execute("drop database " + name);
}

}  // namespace annals::tests
