// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/limits.hpp>
#include <tests/cli/import/importing.hpp>

#include <doctest/doctest.h>

using namespace annals::cli::imports;
using namespace annals::eventstore;

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

TEST_CASE("a cell is a number, a boolean or a text by its look, absent when empty; a text column stays text")
{
    memory_store store;
    import_text(store, "key,type,a,b,c,d,e,f,g\nA,t,85.0,007,\"1,5\",TRUE,,\"say \"\"ah\"\"\",12\n", simple({"g"}));
    CHECK(payloads_of(store, "A")
          == std::vector<std::string>{R"({"a":85.0,"b":"007","c":"1,5","d":true,"f":"say \"ah\"","g":"12"})"});
}

TEST_CASE("a decimal comma makes numbers when asked, and a point then does not")
{
    memory_store store;
    auto settings = simple();
    settings.values.decimal_comma = true;
    import_text(store, "key,type,a,b,c,d\nA,t,\"1,5\",1.500,\"1.000,5\",12\n", settings);
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"a":1.5,"b":"1.500","c":"1.000,5","d":12})"});
}

TEST_CASE("a JSON member that occurs twice makes a bad row, even where it names the stream")
{
    memory_store store;
    const auto result = import_text(store, R"({"key":"A","type":"t","key":"B"})", simple(), ".jsonl");
    CHECK(result.stopped_at->why == "\"key\" occurs twice in the row");
    CHECK(import_text(store, R"({"key":"A","type":"t","n":1,"n":2})", simple(), ".jsonl").stopped_at);
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

TEST_CASE("a bad row stops the import with its line, and everything before it is stored")
{
    const std::vector<std::pair<std::string, std::string>> bad_rows{
        {",t,1", "column \"key\" is empty"},
        {"A,,1", "column \"type\" is empty"},
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
    CHECK(result.stopped_at->why == "column \"at\": \"soon\" is not a time as ISO 8601 has it");
    CHECK(import_text(store, "key,type,at\nB,t,\n", settings).stopped_at->why == "column \"at\" is empty");
    CHECK(import_text(store, "key,type,at\nB,t,01.02.2024\n", settings).stopped_at->hint.contains("'%d.%m.%Y'"));
}

TEST_CASE("bad rows are skipped when asked, counted and reported")
{
    memory_store store;
    auto settings = simple();
    settings.skip_bad = true;
    const temporary_file file("key,type,n\n,t,1\nA,t,2\nA,t\nA,t,3\n");
    std::vector<std::uint64_t> told;
    const auto result = import_rows(*open_rows(file.path()), store, settings,
                                    {.on_skipped = [&](const bad_row& bad) { told.push_back(bad.line); }});
    CHECK_FALSE(result.stopped_at);
    CHECK(result.rows == 4);
    CHECK(result.skipped == 2);
    CHECK(result.stored == 2);
    CHECK(told == std::vector<std::uint64_t>{2, 4});
    CHECK(payloads_of(store, "A") == std::vector<std::string>{R"({"n":2})", R"({"n":3})"});
}

TEST_CASE("a file that cannot be read to its end stops there, even when bad rows are skipped")
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
    CHECK(result.is_unreadable);
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

TEST_CASE("a missing column is refused, naming the existing ones")
{
    memory_store store;
    CHECK_THROWS_WITH_AS(import_text(store, "key,kind\nA,t\n", simple()),
                         "there is no column \"type\" (--type); there are: key, kind", missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, "key,type\nA,t\n", simple({"n"})), doctest::Contains("\"n\" (--text)"),
                         missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, R"({"key":1,"kind":2})", simple(), ".jsonl"),
                         doctest::Contains("there are: key, kind"), missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, "key;type\nA;t\n", simple()),
                         doctest::Contains("there are: key;type; is it separated by --delimiter ';'?"), missing_column);
    CHECK_THROWS_WITH_AS(import_text(store, "key;type\nA;t\n", simple()),
                         doctest::Contains("there are: key;type; is it separated by --delimiter ';'?"), missing_column);
    CHECK(store.categories().empty());
}

TEST_CASE("an invalid category name is refused")
{
    memory_store store;
    auto settings = simple();
    settings.category = "a-b";
    CHECK_THROWS_AS(import_text(store, table(1, 1), settings), invalid_request);
}
