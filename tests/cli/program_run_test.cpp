// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace annals::tests {
namespace {

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

auto run(const std::string& dsn, std::vector<std::string> words) -> outcome
{
    words.insert(words.begin(), ANNALS_PROGRAM);
    words.insert(words.end(), {"--dsn", dsn});
    return child(std::move(words), without_kafka).wait();
}

TEST_CASE("other processes see a process while it runs, and it ends with 0 on SIGTERM")
{
    const temporary_database database;
    child program({ANNALS_PROGRAM, "run", "--dsn", database.dsn()}, without_kafka);
    program.wait_for_words("started");
    std::string seen;
    for (int attempt = 0; attempt < 100 && seen.empty(); ++attempt)
        seen = run(database.dsn(), {"processes", "--json"}).out;
    CHECK(seen.find("\"program\": \"annals\"") != std::string::npos);
    CHECK(seen.find("\"state\": \"alive\"") != std::string::npos);

    program.signal(SIGTERM);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
    CHECK(run(database.dsn(), {"processes", "--json"}).out.empty());
    CHECK(run(database.dsn(), {"processes", "--all", "--json"}).out.find("\"state\": \"stopped\"")
          != std::string::npos);
}

/// The command lines that hold this word, as every user of the machine can read them.
auto command_lines_with(const std::string& word) -> std::string
{
    std::string all;
    for (const auto& process : std::filesystem::directory_iterator("/proc")) {
        std::ifstream file(process.path() / "cmdline");
        const std::string line((std::istreambuf_iterator<char>(file)), {});
        if (line.contains(word)) all += line;
    }
    return all;
}

TEST_CASE("nobody can read a password of a command line in the list of processes")
{
    const temporary_database database;
    const auto dsn = database.dsn() + " password=Qmark";
    for (const auto& form : std::vector<std::vector<std::string>>{{"--dsn", dsn}, {"--dsn=" + dsn}}) {
        std::vector<std::string> words{ANNALS_PROGRAM, "work", "--set", "topic={category}-of-" + database.name()};
        words.insert(words.end(), form.begin(), form.end());
        child program(words, without_kafka);
        program.wait_for_words("started");
        const auto shown = command_lines_with("-of-" + database.name());
        CHECK(shown.contains("--dsn"));
        CHECK_MESSAGE(!shown.contains("Qmark"), shown);
        program.signal(SIGTERM);
        CHECK(program.wait().exit_code == 0);
    }
}

TEST_CASE("log lines are JSON when asked for")
{
    const temporary_database database;
    child program({ANNALS_PROGRAM, "work", "--dsn", database.dsn(), "--set", "log.format=json"}, without_kafka);
    program.wait_for_words("\"message\": \"started\", \"program\": \"annals\", \"parts\": \"projections\"}");
    program.signal(SIGINT);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
}

TEST_CASE("a projection is paused and resumed by jobs, which are kept, even when no process runs")
{
    const temporary_database database;
    CHECK(run(database.dsn(), {"projections", "apply", "examples/laboratory/sample_counts.sql"}).exit_code == 0);
    const auto paused = run(database.dsn(), {"projections", "pause", "sample_counts", "--reason", "maintenance"});
    CHECK(paused.exit_code == 0);
    CHECK(paused.out == "sample_counts version 1 is paused\n");
    const auto found = run(database.dsn(), {"doctor", "--json"});
    CHECK(found.exit_code == 3);
    CHECK(found.out.find("sample_counts version 1 is paused: maintenance") != std::string::npos);
    CHECK(run(database.dsn(), {"projections", "resume", "sample_counts"}).out == "sample_counts version 1 runs\n");

    const auto unknown = run(database.dsn(), {"projections", "pause", "sample_count"});
    CHECK(unknown.exit_code == 1);
    CHECK(unknown.err.find("did you mean sample_counts?") != std::string::npos);
    const auto jobs = run(database.dsn(), {"jobs", "list", "--all", "--json"}).out;
    CHECK(jobs.find("\"job\": 1, \"state\": \"done\", \"verb\": \"pause projection\"") != std::string::npos);
    CHECK(jobs.find("\"job\": 3") == std::string::npos);
    CHECK(run(database.dsn(), {"jobs", "cancel", "1"}).exit_code == 1);
}

TEST_CASE("an operator who stops waiting for a job leaves it to the process that has taken it")
{
    const temporary_database database;
    CHECK(run(database.dsn(), {"projections", "apply", "examples/laboratory/sample_counts.sql"}).exit_code == 0);
    libpq::connection other(database.dsn());
    other.execute("set idle_in_transaction_session_timeout = 0; begin; "
                  "lock table annals.processor_states in exclusive mode");
    child worker({ANNALS_PROGRAM, "work", "--dsn", database.dsn()}, without_kafka);
    worker.wait_for_words("started");

    child asking({ANNALS_PROGRAM, "projections", "pause", "sample_counts", "--dsn", database.dsn()}, without_kafka);
    worker.wait_for_words("carrying out a job");
    asking.signal(SIGINT);
    const auto answer = asking.wait(std::chrono::seconds{10});
    CHECK(answer.exit_code == 0);
    CHECK(answer.err.find("job 1 continues without you: annals jobs show 1") != std::string::npos);
    CHECK(run(database.dsn(), {"jobs", "list", "--json"}).out.find("\"state\": \"taken\"") != std::string::npos);

    other.execute("rollback");
    std::string jobs;
    for (int attempt = 0; attempt < 100 && jobs.find("\"state\": \"done\"") == std::string::npos; ++attempt)
        jobs = run(database.dsn(), {"jobs", "list", "--all", "--json"}).out;
    CHECK(jobs.find("sample_counts version 1 is paused") != std::string::npos);
    worker.signal(SIGTERM);
    CHECK(worker.wait(std::chrono::seconds{10}).exit_code == 0);
}

TEST_CASE("a process that was killed is not reported as stopped")
{
    const temporary_database database;
    child program({ANNALS_PROGRAM, "work", "--dsn", database.dsn()}, without_kafka);
    program.wait_for_words("started");
    std::string seen;
    for (int attempt = 0; attempt < 100 && seen.empty(); ++attempt)
        seen = run(database.dsn(), {"processes", "--json"}).out;
    program.signal(SIGKILL);
    CHECK(program.wait().exit_code == 128 + SIGKILL);
    CHECK(run(database.dsn(), {"processes", "--json"}).out.find("\"stopped\"") == std::string::npos);
}

TEST_CASE("doctor finds nothing wrong with a fresh database, and says when the lag is too great")
{
    const temporary_database database;
    CHECK(run(database.dsn(), {"doctor"}).exit_code == 0);
    CHECK(run(database.dsn(), {"projections", "apply", "examples/laboratory/sample_counts.sql"}).exit_code == 0);
    child program({ANNALS_PROGRAM, "work", "--dsn", database.dsn()}, without_kafka);
    program.wait_for_words("started");
    run(database.dsn(), {"append", "sample-S-1", "sample.created"});
    auto found = run(database.dsn(), {"doctor", "--max-lag", "0"});
    for (int attempt = 0; attempt < 100 && found.out.find("1 at work, at most 0") == std::string::npos; ++attempt)
        found = run(database.dsn(), {"doctor", "--max-lag", "0"});
    CHECK(found.exit_code == 0);
    program.signal(SIGTERM);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
    run(database.dsn(), {"append", "sample-S-1", "sample.created"});
    const auto idle = run(database.dsn(), {"doctor", "--max-lag", "1"});
    CHECK(idle.exit_code == 3);
    CHECK_MESSAGE(idle.out.find("sample_counts version 1 is 1 events behind, and no process works on it")
                      != std::string::npos,
                  idle.out);
    CHECK_MESSAGE(idle.out.find("was the last to know it") != std::string::npos, idle.out);
}

TEST_CASE("a process deletes idempotency keys by their age, and doctor reports when none does")
{
    const temporary_database database;
    const auto append = [&](const std::string& key) {
        run(database.dsn(), {"append", "sample-S-1", "sample.created", "--idempotency-key", key});
    };
    append("old");
    append("young");
    libpq::connection log(database.dsn());
    log.execute("update annals.idempotency_keys set recorded_at = recorded_at - interval '9 days' "
                "where idempotency_key = 'old'");
    CHECK(run(database.dsn(), {"doctor"}).out.find("idempotency keys") == std::string::npos);
    CHECK(run(database.dsn(), {"doctor", "--set", "idempotency_keys.days=7"}).out.find("some are older than 7 days")
          != std::string::npos);

    child program({ANNALS_PROGRAM, "work", "--dsn", database.dsn(), "--set", "idempotency_keys.days=7"}, without_kafka);
    program.wait_for_words("idempotency keys were deleted");
    CHECK(log.query("select string_agg(idempotency_key, ',') from annals.idempotency_keys").get<std::string>(0, 0)
          == "young");
    program.signal(SIGTERM);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
    CHECK(run(database.dsn(), {"doctor", "--set", "idempotency_keys.days=7"}).exit_code == 0);
}

TEST_CASE("publishing without a broker is wrong usage")
{
    const temporary_database database;
    CHECK(run(database.dsn(), {"publish"}).exit_code == 2);
}

}  // namespace
}  // namespace annals::tests
