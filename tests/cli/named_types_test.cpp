// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/timestamp.hpp>
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

TEST_CASE("a command without one of its fields is refused, naming both")
{
    const temporary_database database;
    const auto answer = run(LABORATORY_PROGRAM, database.dsn(),
                            {"command", "sample-S-1", "create_sample", R"({"barcode": "B-1", "patient_id": "P-1"})"});
    CHECK(answer.exit_code == 2);
    CHECK(answer.err.starts_with("laboratory: create_sample: the field \"sample_type\" is missing"));
}

TEST_CASE("several commands on one line are carried out together, or none of them")
{
    const temporary_database database;
    const auto send = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "command");
        words.push_back("--json");
        return run(LABORATORY_PROGRAM, database.dsn(), words);
    };
    const std::string create = R"({"barcode": "B-1", "sample_type": "blood", "patient_id": "P-1"})";
    const std::string validate = R"({"by": "ada", "volume_ml": 4})";
    const auto refused = send({"sample-S-1", "create_sample", create, "sample-S-2", "validate_sample", validate});
    CHECK(refused.exit_code == 1);
    CHECK_MESSAGE(refused.err.starts_with("laboratory: refused: sample-S-2: only an expected sample can be validated"),
                  refused.err);

    const auto done =
        send({"sample-S-1", "create_sample", create, "sample-S-1", "validate_sample", validate, "sample-S-2",
              "create_sample", R"({"barcode": "B-2", "sample_type": "DNA", "patient_id": "P-1"})"});
    CHECK_MESSAGE(done.exit_code == 0, done.err);
    CHECK(done.out.find(R"("stream": "sample-S-1", "version": 2, "events": 2)") != std::string::npos);
    CHECK(done.out.find(R"("stream": "sample-S-2", "version": 1, "events": 1)") != std::string::npos);

    const auto short_of_one = send({"sample-S-1", "validate_sample", validate, "sample-S-2", "validate_sample"});
    CHECK(short_of_one.exit_code == 2);
    CHECK(short_of_one.err.find("each further command is three words: STREAM COMMAND JSON") != std::string::npos);
}

TEST_CASE("an idempotency key belongs to one command: the same one gets the same answer, another is refused")
{
    const temporary_database database;
    const auto send = [&](const std::string& stream, const std::string& json) {
        return run(LABORATORY_PROGRAM, database.dsn(),
                   {"command", stream, "create_sample", json, "--idempotency-key", "order 7", "--json"});
    };
    const auto first = send("sample-S-1", R"({"barcode": "B-1", "sample_type": "blood", "patient_id": "P-1"})");
    CHECK_MESSAGE(first.out.find(R"("duplicate": false)") != std::string::npos, first.err);
    const auto again = send("sample-S-1", R"({"patient_id": "P-1", "sample_type": "blood", "barcode": "B-1"})");
    CHECK(again.exit_code == 0);
    CHECK(again.out.find(R"("duplicate": true)") != std::string::npos);
    for (const auto& [stream, barcode] : {std::pair{"sample-S-1", "B-2"}, {"sample-S-2", "B-1"}}) {
        const auto other = send(stream, R"({"sample_type": "blood", "patient_id": "P-1", "barcode": ")"
                                            + std::string(barcode) + "\"}");
        CHECK(other.exit_code == 1);
        CHECK(other.err.find("the idempotency key \"order 7\" was used for another request already: sample-S-1 "
                             "version 1; a new request needs a new key")
              != std::string::npos);
    }
}

TEST_CASE("an aggregate's state is shown as it is now, at a version, and at a time")
{
    const temporary_database database;
    const auto laboratory = [&](std::vector<std::string> words) {
        return run(LABORATORY_PROGRAM, database.dsn(), std::move(words));
    };
    laboratory({"command", "sample-S-1", "create_sample",
                R"({"sample_id": "S-1", "barcode": "B-1", "sample_type": "blood", "patient_id": "P-1"})"});
    const auto between = eventstore::to_string(eventstore::now());
    laboratory({"command", "sample-S-1", "validate_sample", R"({"by": "ada", "volume_ml": 4})"});

    const auto now = laboratory({"aggregate", "show", "sample-S-1", "--json"});
    CHECK_MESSAGE(now.exit_code == 0, now.err);
    CHECK(now.out.find(R"("version": 2, "last_type": "sample.validated")") != std::string::npos);
    CHECK(now.out.find(R"("state": {"id":"S-1","now":"validated","location":""})") != std::string::npos);
    for (const auto& then : {std::vector<std::string>{"--at-version", "1"}, {"--at-time", between}}) {
        std::vector<std::string> words{"aggregate", "show", "sample-S-1"};
        words.insert(words.end(), then.begin(), then.end());
        const auto was = laboratory(words);
        CHECK_MESSAGE(was.out.starts_with("sample-S-1 at version 1, after sample.created of "), was.err);
        CHECK(was.out.find("now       submitted") != std::string::npos);
    }
    CHECK(laboratory({"aggregate", "show", "barcode-B-1"}).out.find("sample_id  S-1") != std::string::npos);
}

TEST_CASE("a state that cannot be shown is one message")
{
    const temporary_database database;
    run(ANNALS_PROGRAM, database.dsn(), {"append", "sample-S-1", "sample.rejected", R"({"reason": "leaks"})"});
    run(ANNALS_PROGRAM, database.dsn(), {"append", "sample-S-2", "sample.rejected", R"({"reason": 12})"});
    struct wrong {
        std::vector<std::string> words;
        int exit_code;
        std::string says;
    };
    const std::vector<wrong> lines{
        {{"smaple-S-1"},
         2,
         "laboratory: this program knows no aggregate of the category \"smaple\"\n  did you mean sample?"},
        {{"tissue-S-1"}, 2, "the category \"tissue\"\n  it knows: sample, barcode\n"},
        {{"sample"}, 2, "laboratory: \"sample\" is not a stream"},
        {{"sample-S-9"}, 1, "laboratory: there is no stream sample-S-9\n"},
        {{"barcode-B-9"}, 1, "laboratory: there is no category \"barcode\"\n"},
        {{"sample-S-1", "--at-version", "7"}, 2, "laboratory: sample-S-1 has no version 7: it ends at version 1\n"},
        {{"sample-S-1", "--at-version", "0"},
         2,
         "laboratory: aggregate show: --at-version: a whole number from 1 on, not \"0\"\n"},
        {{"sample-S-1", "--at-time", "yesterday"}, 2, "laboratory: --at-time: \"yesterday\""},
        {{"sample-S-1", "--at-time", "2001-01-31T08:15:00Z"},
         1,
         "laboratory: sample-S-1 did not exist at 2001-01-31T08:15:00Z\n  its first event was recorded at 20"},
        {{"sample-S-2"}, 1, "sample-S-2"},
    };
    for (const auto& [words, exit_code, says] : lines) {
        auto all = words;
        all.insert(all.begin(), {"aggregate", "show"});
        const auto answer = run(LABORATORY_PROGRAM, database.dsn(), all);
        CHECK_MESSAGE(answer.exit_code == exit_code, answer.err);
        CHECK_MESSAGE(answer.err.find(says) != std::string::npos, answer.err);
        CHECK(answer.out.empty());
    }
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
    const auto processes = run(ANNALS_PROGRAM, database.dsn(), {"processes", "--json"}).out;
    CHECK(processes.find("\"program\": \"laboratory\"") != std::string::npos);
    program.signal(SIGTERM);
    CHECK(program.wait(std::chrono::seconds{10}).exit_code == 0);
}

}  // namespace
}  // namespace annals::tests
