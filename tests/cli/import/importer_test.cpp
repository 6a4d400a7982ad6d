// SPDX-License-Identifier: Apache-2.0
#include <cli/import/append_lanes.hpp>
#include <cli/import/file_format.hpp>
#include <cli/import/importer.hpp>
#include <eventstore/memory/memory_store.hpp>
#include <tests/cli/import/rows.hpp>
#include <tests/support/passing_store.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace annals::cli::imports;
using namespace annals::eventstore;
using annals::eventstore::memory::memory_store;

namespace {

auto import_text(store& into, std::string_view text, import_settings settings = {}, std::string_view suffix = ".csv")
{
    if (settings.category.empty()) settings.category = "visit";
    const temporary_file file(text, suffix);
    return import_rows(*open_rows(file.path(), format_of(file.path())), into, settings);
}

auto simple(std::set<std::string> text = {}) -> import_settings
{
    return {.category = "visit", .columns = {.key = "key", .type = "type", .time = {}, .text = std::move(text)}};
}

auto events_of(store& from, const std::string& key) -> std::vector<recorded_event>
{
    return from.read({"visit", key}, {.events_max = 100'000});
}

auto payloads_of(store& from, const std::string& key) -> std::vector<std::string>
{
    std::vector<std::string> payloads;
    for (const auto& event : events_of(from, key)) payloads.push_back(event.data);
    return payloads;
}

/// Rows of `streams` streams in turns.
auto table(int rows, int streams) -> std::string
{
    std::string text = "key,type,n\n";
    for (int i = 0; i < rows; ++i) text += "s" + std::to_string(i % streams) + ",t," + std::to_string(i) + "\n";
    return text;
}

auto total(store& in) -> std::int64_t
{
    std::int64_t events = 0;
    for (const auto head : in.heads("visit")) events += head.number;
    return events;
}

/// Is each stream what the table says: every row once, in order?
auto holds_table(store& in, int rows, int streams) -> bool
{
    for (int key = 0; key < streams; ++key) {
        int n = key;
        for (const auto& payload : payloads_of(in, "s" + std::to_string(key))) {
            if (payload != "{\"n\":" + std::to_string(n) + "}") return false;
            n += streams;
        }
        if (n < rows) return false;
    }
    return total(in) == rows;
}

/// A store that is lost after some appends.
class failing_store final : public annals::tests::passing_store {
public:
    failing_store(store& behind, int appends) : passing_store(behind), left_(appends) {}

    void append(append_request request, on_appended done) override
    {
        if (left_-- <= 0) return done(std::make_exception_ptr(unavailable("the server went away")));
        passing_store::append(std::move(request), std::move(done));
    }

private:
    int left_;
};

}  // namespace

TEST_CASE("key, type and time make the event, the other columns its payload in the file's order")
{
    memory_store store;
    const auto result = import_text(
        store, "note,case:concept:name,concept:name,time:timestamp,by\nx,A,opened,2024-01-31 08:15:00,ada\n");
    CHECK(result.stored == 1);
    CHECK(result.streams == 1);
    const auto events = events_of(store, "A");
    REQUIRE(events.size() == 1);
    CHECK(events[0].type == "opened");
    CHECK(events[0].data == R"({"note":"x","by":"ada"})");
    CHECK(events[0].occurred_at == parse_timestamp("2024-01-31T08:15:00Z"));
}

TEST_CASE("a cell is a number, a boolean or a text by its look, and absent when empty; a text column stays text")
{
    memory_store store;
    import_text(store, "key,type,a,b,c,d,e,f,g\nA,t,85.0,007,\"1,5\",TRUE,,\"say \"\"ah\"\"\",12\n", simple({"g"}));
    CHECK(payloads_of(store, "A")
          == std::vector<std::string>{R"({"a":85.0,"b":"007","c":"1,5","d":true,"f":"say \"ah\"","g":"12"})"});
}

TEST_CASE("JSON lines and XES keep the types they say")
{
    memory_store store;
    import_text(store, R"({"key":7,"type":"t","a":"12","b":"","c":null,"d":[1.0]})", simple(), ".jsonl");
    CHECK(payloads_of(store, "7") == std::vector<std::string>{R"({"a":"12","b":"","c":null,"d":[1.0]})"});
    import_text(store,
                "<log><trace><string key='concept:name' value='A'/><event><string key='concept:name' value='t'/>"
                "<string key='a' value='12'/><int key='b' value='12'/></event></trace></log>",
                {}, ".xes");
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"a":"12","b":12})"});
}

TEST_CASE("a second run adds nothing and says so")
{
    memory_store store;
    const auto text = table(20'000, 300);
    const auto first = import_text(store, text, simple());
    CHECK(first.stored == 20'000);
    CHECK(first.already_there == 0);
    CHECK(first.streams == 300);
    CHECK(holds_table(store, 20'000, 300));
    const auto second = import_text(store, text, simple());
    CHECK(second.stored == 0);
    CHECK(second.already_there == 20'000);
    CHECK(holds_table(store, 20'000, 300));
}

TEST_CASE("an import that broke off anywhere is completed exactly by the next run")
{
    for (int appends = 0; appends < 24; appends += 3) {
        memory_store store;
        failing_store failing(store, appends);
        CHECK_THROWS_AS(import_text(failing, table(20'000, 300), simple()), unavailable);
        const auto there = appends == 0 ? 0 : total(store);
        const auto result = import_text(store, table(20'000, 300), simple());
        CHECK(result.already_there == static_cast<std::uint64_t>(there));
        CHECK(result.stored == static_cast<std::uint64_t>(20'000 - there));
        CHECK(holds_table(store, 20'000, 300));
    }
}

TEST_CASE("of a file that has grown only the new rows are added, wherever it ended before")
{
    const bool holds = rc::check([] {
        const auto streams = *rc::gen::inRange(1, 50);
        const auto before = *rc::gen::inRange(1, 4'000);
        const auto after = before + *rc::gen::inRange(0, 4'000);
        memory_store store;
        import_text(store, table(before, streams), simple());
        const auto result = import_text(store, table(after, streams), simple());
        RC_ASSERT(result.stored == static_cast<std::uint64_t>(after - before));
        RC_ASSERT(result.already_there == static_cast<std::uint64_t>(before));
        RC_ASSERT(holds_table(store, after, streams));
    });
    CHECK(holds);
}

TEST_CASE("rows that others added behind the imported ones are no obstacle to a second run")
{
    memory_store store;
    import_text(store, table(10, 2), simple());
    REQUIRE(store.append({.streams = {{{"visit", "s0"}, expected_version::any(), {{.type = "closed"}}}}}));
    CHECK(import_text(store, table(10, 2), simple()).already_there == 10);
    CHECK_THROWS_WITH_AS(import_text(store, table(20, 2), simple()),
                         doctest::Contains("line 12: version 6 of visit-s0 is already a closed"), different_event);
}

TEST_CASE("the same rows with another content are refused, naming the line")
{
    memory_store store;
    import_text(store, "key,type,n\nA,t,1\nA,t,2\n", simple());
    CHECK_THROWS_WITH_AS(import_text(store, "key,type,n\nA,t,1\nA,t,3\n", simple()),
                         doctest::Contains("line 3: version 2 of visit-A"), different_event);
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"n":1})", R"({"n":2})"});
}

TEST_CASE("a bad row stops the import with its line, and everything before it is stored")
{
    const std::vector<std::pair<std::string, std::string>> bad_rows{
        {",t,1", "\"key\" is empty"},
        {"A,,1", "\"type\" is empty"},
        {"A,t", "the row has 2 cells"},
        {"A,t,\xFF", "UTF-8"},
        {"A,t," + std::string(limits::data_bytes, 'x'), "the limit is"},
        {std::string(256, 'k') + ",t,1", "the limit is 255"},
    };
    for (const auto& [row, why] : bad_rows) {
        memory_store store;
        const auto result = import_text(store, table(1'500, 7) + row + "\nA,t,2\n", simple());
        REQUIRE(result.stopped_at);
        CHECK(result.stopped_at->line == 1'502);
        CHECK(result.stopped_at->why.contains(why));
        CHECK(result.stored == 1'500);
        CHECK(holds_table(store, 1'500, 7));
    }
}

TEST_CASE("a time that cannot be read makes a bad row")
{
    memory_store store;
    auto settings = simple();
    settings.columns.time = "at";
    const auto result = import_text(store, "key,type,at\nA,t,2024-01-01\nA,t,soon\n", settings);
    REQUIRE(result.stopped_at);
    CHECK(result.stopped_at->line == 3);
    CHECK(result.stopped_at->why.contains("\"soon\""));
    CHECK(import_text(store, "key,type,at\nB,t,\n", settings).stopped_at->why == "\"at\" is empty");
}

TEST_CASE("bad rows are skipped when asked, counted and told")
{
    memory_store store;
    auto settings = simple();
    settings.skip_bad = true;
    const temporary_file file("key,type,n\n,t,1\nA,t,2\nA,t\nA,t,3\n");
    std::vector<std::uint64_t> told;
    const auto result = import_rows(*open_rows(file.path(), file_format::csv), store, settings,
                                    {.on_skipped = [&](const bad_row& bad) { told.push_back(bad.line); }});
    CHECK_FALSE(result.stopped_at);
    CHECK(result.rows == 4);
    CHECK(result.skipped == 2);
    CHECK(result.stored == 2);
    CHECK(told == std::vector<std::uint64_t>{2, 4});
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"n":2})", R"({"n":3})"});
}

TEST_CASE("a file that cannot be read to its end stops there, also when bad rows are skipped")
{
    memory_store store;
    const auto result =
        import_text(store,
                    "<log><trace><string key='concept:name' value='A'/><event><string key='concept:name' "
                    "value='t'/></event>\n<event>",
                    {.skip_bad = true}, ".xes");
    CHECK(result.stored == 1);
    REQUIRE(result.stopped_at);
    CHECK(result.stopped_at->line == 2);
}

TEST_CASE("rows older than their predecessor in the stream are counted and kept in the file's order")
{
    memory_store store;
    auto settings = simple();
    settings.columns.time = "at";
    const auto result = import_text(
        store, "key,type,at,n\nA,t,2024-01-03,1\nB,t,2024-01-01,2\nA,t,2024-01-02,3\nA,t,2024-01-02,4\n", settings);
    CHECK(result.out_of_time_order == 1);
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"n":1})", R"({"n":3})", R"({"n":4})"});
}

TEST_CASE("a column that is not there is refused, naming those that are")
{
    memory_store store;
    CHECK_THROWS_WITH_AS(import_text(store, "key,kind\nA,t\n", simple()),
                         "there is no column \"type\" (--type); there are: key, kind", missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, "key,type\nA,t\n", simple({"n"})), doctest::Contains("\"n\" (--text)"),
                         missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, R"({"key":1,"kind":2})", simple(), ".jsonl"),
                         doctest::Contains("there are: key, kind"), missing_column);
    CHECK(store.categories().empty());
}

TEST_CASE("a category that is not one is refused")
{
    memory_store store;
    auto settings = simple();
    settings.category = "a-b";
    CHECK_THROWS_AS(import_text(store, table(1, 1), settings), invalid_request);
}
