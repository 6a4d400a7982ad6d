// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>

namespace annals::tests {
namespace {

using eventstore::new_event;

/// A store with samples of the laboratory, some of them written by hand.
struct stored_samples {
    temporary_database database;
    std::unique_ptr<eventstore::store> store = eventstore::postgres::open_store({.dsn = database.dsn()});

    void add(const std::string& stream, new_event event) const
    {
        event.id = eventstore::new_uuid();
        REQUIRE(store->append(
            {.streams = {{eventstore::parse_stream(stream), eventstore::expected_version::any(), {event}}}}));
    }

    auto run(const char* program, std::vector<std::string> words) const -> outcome
    {
        words.insert(words.begin(), program);
        words.insert(words.end(), {"--dsn", database.dsn()});
        return child(std::move(words), {{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", ""}}).wait();
    }
};

const new_event created{.type = "sample.created", .data = R"({"barcode": "B-1", "priority": "urgent"})"};

auto contains(const std::string& text, const std::string& part) -> bool { return text.find(part) != text.npos; }

auto lines_in(const std::string& text) -> std::ptrdiff_t { return std::ranges::count(text, '\n'); }

}  // namespace

TEST_CASE_FIXTURE(stored_samples, "events that can be read as today's facts are fine, whenever they were stored")
{
    add("sample-S-1", created);
    add("sample-S-1", {.type = "sample.validated", .schema_version = 1, .data = R"({"volume_ul": 4500})"});
    add("sample-S-1", {.type = "sample.validated", .schema_version = 2, .data = R"({"by": "ada", "volume_ml": 4})"});
    add("sample-S-2", {.type = "sample.created", .data = "{}"});

    const auto checked = run(LABORATORY_PROGRAM, {"events", "check", "sample"});

    CHECK(checked.exit_code == 0);
    CHECK(checked.out == "");
    CHECK(checked.err == "laboratory can read all 4 events\n");
}

TEST_CASE_FIXTURE(stored_samples,
                  "a program appends a fact that it knows in its own version, and only what it can read back")
{
    const auto append = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"append", "sample-S-1"});
        return run(LABORATORY_PROGRAM, std::move(words));
    };
    const auto versions = [&] {
        std::vector<int> all;
        for (const auto& event : store->read({"sample", "S-1"})) all.push_back(event.schema_version);
        return all;
    };
    CHECK(append({"sample.created", created.data}).exit_code == 0);
    CHECK(append({"sample.validated", R"({"by": "ada", "volume_ml": 4})"}).exit_code == 0);
    CHECK(append({"sample.validated", R"({"volume_ul": 4000})", "--schema-version", "1"}).exit_code == 0);
    CHECK(versions() == std::vector{1, 2, 1});
    CHECK(run(LABORATORY_PROGRAM, {"aggregate", "show", "sample-S-1"}).exit_code == 0);

    const auto wrong = append({"sample.created", R"({"barcode": 7})"});
    CHECK(wrong.exit_code == 1);
    CHECK_MESSAGE(contains(wrong.err, "nothing is appended: sample.created could not be read back: "
                                      "sample.created.barcode: a text was expected, not 7"),
                  wrong.err);
    CHECK(append({"sample.validated", "{}", "--schema-version", "3"}).exit_code == 1);
    CHECK(append({"sample.validated", "{}", "--schema-version", "0"}).exit_code == 2);
    CHECK(run(ANNALS_PROGRAM, {"append", "sample-S-2", "sample.validated", "{}"}).exit_code == 0);
    CHECK(run(ANNALS_PROGRAM, {"append", "sample-S-2", "sample.validated", "{}", "--schema-version", "2"}).exit_code
          == 0);
    CHECK(store->read({"sample", "S-2"}).at(0).schema_version == 1);
    CHECK(store->read({"sample", "S-2"}).at(1).schema_version == 2);
    CHECK(versions() == std::vector{1, 2, 1});
}

TEST_CASE_FIXTURE(stored_samples,
                  "an event that the aggregate does not know can be appended by hand, and stops its commands")
{
    add("sample-S-1", created);
    const auto lost = run(LABORATORY_PROGRAM, {"append", "sample-S-1", "sample.lost"});
    CHECK(lost.exit_code == 0);
    CHECK_MESSAGE(contains(lost.err,
                           "no fact of this program is stored as sample.lost: it refuses commands on sample-S-1 "
                           "from now on"),
                  lost.err);
    const auto valid = R"({"by": "ada", "volume_ml": 4})";
    for (const std::vector<std::string>& words : {std::vector<std::string>{"aggregate", "show", "sample-S-1"},
                                                  {"command", "sample-S-1", "validate_sample", valid}}) {
        const auto stopped = run(LABORATORY_PROGRAM, words);
        CHECK(stopped.exit_code == 1);
        CHECK_MESSAGE(contains(stopped.err, "sample-S-1 version 2: sample does not know the event sample.lost"),
                      stopped.err);
    }
    CHECK(run(LABORATORY_PROGRAM, {"aggregate", "show", "sample-S-1", "--at-version", "1"}).exit_code == 0);
}

TEST_CASE_FIXTURE(stored_samples, "each event that cannot be read as one of today's facts is named, with what is wrong")
{
    add("sample-S-1", created);
    const auto planted_is_said = [&](const new_event& planted, const std::string& problem) {
        const std::string stream = "sample-" + eventstore::to_string(eventstore::new_uuid());
        add(stream, planted);
        const auto checked = run(LABORATORY_PROGRAM, {"events", "check", "sample", "--json"});
        CHECK(checked.exit_code == 3);
        CHECK_MESSAGE(contains(checked.out, R"({"stream": ")" + stream + R"(", "version": 1, "type": ")" + planted.type
                                                + R"(", "schema_version": )" + std::to_string(planted.schema_version)
                                                + R"(, "problem": ")" + problem),
                      checked.out);
    };

    planted_is_said({.type = "sample.lost"}, "no fact of this program is stored as sample.lost");
    planted_is_said({.type = "sample.created", .data = R"({"barcode": 7})"},
                    "sample.created.barcode: a text was expected, not 7");
    planted_is_said({.type = "sample.created", .data = R"({"priority": "huge"})"},
                    R"(sample.created.priority: \"huge\" is not one of low, normal, high, urgent)");
    planted_is_said({.type = "sample.validated", .schema_version = 3, .data = "{}"},
                    "sample.validated is stored in schema version 3, this program knows up to 2: run a newer one");
    planted_is_said({.type = "sample.validated", .schema_version = 1, .data = R"({"volume_ul": "much"})"},
                    "sample.validated: its upcast from version 1 failed: ");

    const auto all = run(LABORATORY_PROGRAM, {"events", "check"});
    CHECK(all.exit_code == 3);
    CHECK(lines_in(all.out) == 5);
    CHECK_MESSAGE(contains(all.out, " version 1: sample.created.barcode: a text was expected, not 7\n"), all.out);
    CHECK_MESSAGE(all.err == "laboratory cannot read 5 of 6 events\n", all.err);
}

TEST_CASE_FIXTURE(stored_samples, "members that no field takes are told with their number and the first event")
{
    add("sample-S-1", {.type = "sample.created", .data = R"({"barcode": "B-1", "colour": "red"})"});
    add("sample-S-2", {.type = "sample.created", .data = R"({"barcode": "B-2", "colour": "blue", "note": null})"});
    add("sample-S-1", {.type = "sample.validated", .schema_version = 1, .data = R"({"volume_ul": 4500})"});
    add("sample-S-2", {.type = "sample.validated", .schema_version = 2, .data = R"({"volume_ul": 4500})"});

    const auto checked = run(LABORATORY_PROGRAM, {"events", "check", "sample", "--json"});
    CHECK(checked.exit_code == 3);
    const auto id = [&](const char* key, std::size_t at) {
        return eventstore::to_string(store->read({"sample", key}).at(at).id);
    };
    CHECK_MESSAGE(checked.out
                      == R"({"category": "sample", "type": "sample.created", "schema_version": 1, )"
                         R"("untaken_member": "colour", "events": 2, "first_stream": "sample-S-1", )"
                         R"("first_version": 1, "first_id": ")"
                             + id("S-1", 0)
                             + "\"}\n"
                               R"({"category": "sample", "type": "sample.validated", "schema_version": 2, )"
                               R"("untaken_member": "volume_ul", "events": 1, "first_stream": "sample-S-2", )"
                               R"("first_version": 2, "first_id": ")"
                             + id("S-2", 1) + "\"}\n",
                  checked.out);
    const auto shown = run(LABORATORY_PROGRAM, {"events", "check"});
    CHECK_MESSAGE(contains(shown.out, R"(sample.created version 1: no field takes "colour" of 2 events, first of )"
                                      R"(sample-S-1 version 1, )"),
                  shown.out);
    CHECK(contains(shown.err, "laboratory can read all 4 events\nwhat no field takes is lost to readers"));
}

TEST_CASE_FIXTURE(stored_samples, "many unreadable events of one type do not hide the first of another")
{
    for (int i = 0; i < 25; ++i) add("sample-S-1", {.type = "sample.lost"});
    add("sample-S-2", {.type = "sample.created", .data = R"({"barcode": 7})"});

    const auto checked = run(LABORATORY_PROGRAM, {"events", "check", "sample", "--json", "--limit", "3"});
    CHECK(lines_in(checked.out) == 4);
    CHECK(contains(checked.out, "\"sample.created\""));
    CHECK_MESSAGE(checked.err
                      == "22 more of sample.lost version 1; --limit 0 shows all\n"
                         "laboratory cannot read 26 of 26 events\n",
                  checked.err);
    CHECK(lines_in(run(LABORATORY_PROGRAM, {"events", "check", "sample", "--json", "--limit", "0"}).out) == 26);
}

TEST_CASE_FIXTURE(stored_samples, "a category that nothing in the program reads is left out, with a note")
{
    add("barcode-B-1", {.type = "barcode.forgotten"});
    add("hospital-P-1", {.type = "patient.came"});

    const auto checked = run(LABORATORY_PROGRAM, {"events", "check"});
    CHECK(checked.exit_code == 3);
    CHECK(contains(checked.out, "barcode-B-1"));
    CHECK(contains(checked.err, "hospital is not checked: nothing of this program reads it"));
    CHECK(contains(checked.err, "laboratory cannot read 1 of 1 events"));
}

TEST_CASE_FIXTURE(stored_samples, "a program that cannot check says what to do instead")
{
    add("sample-S-1", created);
    add("hospital-P-1", {.type = "patient.came"});

    const auto nothing_known = run(ANNALS_PROGRAM, {"events", "check", "sample"});
    CHECK(nothing_known.exit_code == 2);
    CHECK_MESSAGE(
        contains(nothing_known.err, "this program names no facts, so it cannot tell which events can be read"),
        nothing_known.err);
    const auto no_reader = run(LABORATORY_PROGRAM, {"events", "check", "hospital"});
    CHECK(no_reader.exit_code == 2);
    CHECK_MESSAGE(contains(no_reader.err, "no aggregate, view, table or processor of this program reads hospital"),
                  no_reader.err);
    const auto misspelt = run(LABORATORY_PROGRAM, {"events", "check", "smaple"});
    CHECK(misspelt.exit_code != 0);
    CHECK_MESSAGE(contains(misspelt.err, "sample"), misspelt.err);
}

TEST_CASE_FIXTURE(stored_samples, "the stored types are listed with their versions, counts, and what they are read as")
{
    add("sample-S-1", created);
    add("sample-S-2", created);
    add("sample-S-1", {.type = "sample.validated", .schema_version = 1, .data = R"({"volume_ul": 4500})"});
    add("sample-S-1", {.type = "sample.lost"});

    const auto read = run(LABORATORY_PROGRAM, {"events", "list", "sample", "--json"}).out;
    CHECK_MESSAGE(contains(read, R"("type": "sample.created", "schema_version": 1, "events": 2,)"), read);
    CHECK(contains(read, R"("read_as": "sample.created 1"})"));
    CHECK(contains(read, R"("type": "sample.validated", "schema_version": 1, "events": 1,)"));
    CHECK(contains(read, R"("read_as": "sample.validated 2"})"));
    CHECK(contains(read, R"("type": "sample.lost", "schema_version": 1, "events": 1,)"));
    CHECK(lines_in(read) == 3);
    const auto raw = run(ANNALS_PROGRAM, {"events", "list", "--json"});
    CHECK(raw.exit_code == 0);
    CHECK(lines_in(raw.out) == 3);
    CHECK_FALSE(contains(raw.out, "read_as"));
}

TEST_CASE_FIXTURE(stored_samples, "a program with facts shows events as stored, or as today's facts")
{
    add("sample-S-1", {.type = "sample.validated", .schema_version = 1, .data = R"({"by":"ada","volume_ul":4500})"});

    const auto stored = run(LABORATORY_PROGRAM, {"read", "sample-S-1"}).out;
    CHECK_MESSAGE(contains(stored, R"({"by":"ada","volume_ul":4500})"), stored);
    const auto today = run(LABORATORY_PROGRAM, {"read", "sample-S-1", "--today"}).out;
    CHECK_MESSAGE(contains(today, R"({"by":"ada","volume_ml":4.5})"), today);
    CHECK(run(ANNALS_PROGRAM, {"read", "sample-S-1", "--today"}).exit_code == 2);
}

}  // namespace annals::tests
