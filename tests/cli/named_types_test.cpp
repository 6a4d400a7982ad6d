// SPDX-License-Identifier: Apache-2.0
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <csignal>

namespace annals::tests {
namespace {

const std::map<std::string, std::string> without_kafka{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}};

auto run(const char* program, const std::string& dsn, std::vector<std::string> words) -> outcome
{
    words.insert(words.begin(), program);
    words.insert(words.end(), {"--dsn", dsn});
    return child(std::move(words), without_kafka).wait();
}

TEST_CASE("a program's own commands arrive as JSON, strictly, and are refused with the aggregate's words")
{
    const temporary_database database;
    const auto send = [&](const std::string& name, const std::string& json) {
        return run(LABORATORY_PROGRAM, database.dsn(), {"command", "sample-S-1", name, json});
    };
    const auto accepted = send("create_sample", R"({"barcode": "B-1", "sample_type": "blood", "patient_id": "P-1"})");
    CHECK_MESSAGE(accepted.exit_code == 0, accepted.err);
    CHECK(accepted.out.find("sample-S-1        1") != std::string::npos);

    const auto refused = send("create_sample", R"({"barcode": "B-2", "sample_type": "blood", "patient_id": "P-1"})");
    CHECK(refused.exit_code == 1);
    CHECK(refused.err.starts_with("laboratory: refused: "));

    const auto malformed = send("validate_sample", R"({"by": "ada", "volume": 4})");
    CHECK(malformed.exit_code == 2);
    CHECK(malformed.err.find("there is no field \"volume\"") != std::string::npos);

    const auto unknown = send("validate_smaple", "{}");
    CHECK(unknown.exit_code == 2);
    CHECK(unknown.err.find("did you mean validate_sample?") != std::string::npos);
    CHECK(run(ANNALS_PROGRAM, database.dsn(), {"read", "sample-S-1", "--json"}).out.find("\"version\": 2")
          == std::string::npos);
}

TEST_CASE("a program's own views, tables and SQL files are registered and kept up to date when it runs")
{
    const temporary_database database;
    child program({LABORATORY_PROGRAM, "run", "--dsn", database.dsn()}, without_kafka);
    program.wait_for_words("started");
    run(LABORATORY_PROGRAM, database.dsn(),
        {"command", "sample-S-1", "create_sample",
         R"({"barcode": "B-1", "sample_type": "blood", "patient_id": "P-1"})"});
    outcome found;
    for (int attempt = 0; attempt < 100 && found.out.find("3 at work, at most 0 events behind") == std::string::npos;
         ++attempt)
        found = run(ANNALS_PROGRAM, database.dsn(), {"doctor"});
    CHECK_MESSAGE(found.exit_code == 0, found.out);

    const auto listed = run(ANNALS_PROGRAM, database.dsn(), {"projections", "list", "--json"}).out;
    for (const auto* name : {"\"sample_card\"", "\"worklist\"", "\"sample_counts\""})
        CHECK_MESSAGE(listed.find(name) != std::string::npos, listed);
    const auto workers = run(ANNALS_PROGRAM, database.dsn(), {"workers", "--json"}).out;
    CHECK(workers.find("\"program\": \"laboratory\"") != std::string::npos);
    program.signal(SIGTERM);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
}

}  // namespace
}  // namespace annals::tests
