// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_file.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals::projections;

namespace {

const std::string head = "-- projection: counts\n-- version: 1\n-- categories: sample\n";

auto message_of(const std::string& text) -> std::string
{
    try {
        parse_sql(text, "counts.sql");
        return "accepted";
    } catch (const bad_file& problem) {
        return problem.what();
    }
}

}  // namespace

TEST_CASE("a projection file is a header, a creation and blocks")
{
    const auto file = parse_sql(R"(-- SPDX-License-Identifier: Apache-2.0
-- How many samples of each type there are: a comment.
-- projection: sample_counts
-- version: 12
-- categories: sample, storage
-- order: none
-- parallel: key

create table sample_counts (sample_type text primary key);
-- note: between statements everything is SQL

-- apply: sample.created, ER Registration
insert into sample_counts select 1;
-- apply: "a, b", "*" , sample.*
delete from sample_counts
)",
                                "counts.sql");
    CHECK(file.id.name == "sample_counts");
    CHECK(file.id.version == 12);
    CHECK(file.categories == std::vector<std::string>{"sample", "storage"});
    CHECK(file.order == block_order::none);
    CHECK(file.parallel);
    CHECK(file.creation.line == 9);
    CHECK(file.creation.text.starts_with("create table sample_counts"));
    REQUIRE(file.blocks.size() == 2);
    CHECK(file.blocks[0].statements.line == 13);
    CHECK(file.blocks[0].matches("ER Registration"));
    CHECK(file.blocks[0].statements.text == "insert into sample_counts select 1;\n");
    CHECK(file.blocks[1].matches("a, b"));
    CHECK(file.blocks[1].matches("*"));
    CHECK(file.blocks[1].matches("sample.created"));
    CHECK_FALSE(file.blocks[1].matches("sample"));
}

TEST_CASE("a file with Windows line ends and a byte order mark reads the same")
{
    const auto file = parse_sql("\xEF\xBB\xBF-- projection: counts\r\n-- version: 1\r\n-- categories: sample\r\n"
                                "-- apply: *\r\nselect 1;\r\n",
                                "counts.sql");
    CHECK(file.id.name == "counts");
    CHECK(file.blocks.at(0).statements.text == "select 1;\n");
}

TEST_CASE("a doubled quotation mark is one in a quoted name")
{
    CHECK(parse_sql(head + "-- apply: \"say \"\"hi\"\"\"\nselect 1", "f").blocks.at(0).matches("say \"hi\""));
}

TEST_CASE("an error in a file is reported with its line and a remedy")
{
    const auto block = std::string("-- apply: *\nselect 1;\n");
    CHECK(message_of("")
          == "counts.sql:1: the header lacks \"-- projection:\"; write for example \"-- projection: sample_counts\" at "
             "the top");
    CHECK(message_of("-- projection: counts\n-- version:\n" + block)
              .starts_with("counts.sql:2: the header lacks \"-- version:\""));
    CHECK(message_of("-- projection: counts\n-- version: x\n-- categories: a\n" + block)
          == "counts.sql:2: the version is a whole number from 1 on, not \"x\"");
    CHECK(message_of("-- projection: counts\n-- version: 1\n-- categorys: a\n" + block)
              .starts_with("counts.sql:3: there is no \"-- categorys:\"; did you mean \"-- categories:\"?"));
    CHECK(message_of("-- projection: counts\n" + head + block)
          == "counts.sql:2: \"-- projection:\" occurs twice in the header; keep one");
    CHECK(message_of("-- projection: No\n-- version: 1\n-- categories: a\n" + block)
              .starts_with("counts.sql:1: \"No\" is not a projection's name"));
    CHECK(message_of(head + "-- order: random\n" + block)
          == "counts.sql:4: \"-- order:\" is none or strict, not \"random\"");
    CHECK(message_of(head + "-- order: strict\n-- parallel: key\n" + block).starts_with("counts.sql:5: "));
    CHECK(message_of(head).starts_with("counts.sql:3: there is no \"-- apply:\" block"));
    CHECK(message_of(head + "-- apply:\nselect 1").starts_with("counts.sql:4: this block names no event type"));
    CHECK(message_of(head + block + "-- apply: b\n-- nothing\n")
              .starts_with("counts.sql:6: this block has no statement"));
    CHECK(message_of(head + "-- apply: a,,b\nselect 1").starts_with("counts.sql:4: an event type is missing"));
    CHECK(message_of(head + "-- apply: a,\nselect 1").starts_with("counts.sql:4: an event type is missing"));
    CHECK(message_of(head + "-- apply: \"a\nselect 1")
              .starts_with("counts.sql:4: the quotation mark before a is not closed"));
    CHECK(message_of(head + "-- apply: \"a\" b\nselect 1").starts_with("counts.sql:4: a comma is missing before b"));
    CHECK(message_of(head + "-- apply: sam*.x\nselect 1").starts_with("counts.sql:4: in the pattern \"sam*.x\""));
    CHECK(message_of(head + block) == "accepted");
}

TEST_CASE("a line that is nearly one of annals' is refused, with what may have been meant")
{
    const auto block = std::string("-- apply: *\nselect 1;\n");
    const auto below = [&](const std::string& line) { return message_of(head + block + line + "\nselect 2;\n"); };
    for (const auto* line : {"-- aply: CRP", "-- applly: CRP", "-- aplpy: CRP", "-- Apply: CRP", "-- APPLY : CRP",
                             "  -- apply: CRP", "\t--apply: CRP",
                             "--\xC2\xA0"
                             "apply: CRP",
                             "-- apply sample.created", "-- apply *", "  -- Apply : *"})
        CHECK_MESSAGE(below(line).starts_with("counts.sql:6: "), line);
    CHECK(below("-- aply: CRP").contains("there is no \"-- aply:\"; did you mean \"-- apply:\"?"));
    CHECK(below("  -- apply: CRP").contains("did you mean \"-- apply:\"? Write it so, at the beginning of the line"));
    for (const auto* line : {"-- order: none", "-- parallel: key", "-- version: 2", "-- categories: b"})
        CHECK_MESSAGE(below(line).contains("only at the head of the file"), line);
    for (const auto* line : {"-- oder: none", "-- Order: none", "  -- order: none", "-- order none", "-- paralel: key",
                             "-- projektion: x", "-- parallel key"})
        CHECK_MESSAGE(below(line).contains("did you mean"), line);
    for (const auto* line : {"-- category: a", "-- versions: 1", "-- projections: a", "-- order = none",
                             "-- Version: 1", " -- version: 1", "-- orders: none", "-- aply: *", "-- order strict"})
        CHECK_MESSAGE(message_of(std::string(line) + "\n" + head + block).starts_with("counts.sql:1: "), line);
}

TEST_CASE("ordinary comments stay comments")
{
    const auto block = std::string("-- apply: *\nselect 1;\n");
    for (const std::string line : {"-- note: between statements everything is SQL",
                                   "-- later: more",
                                   "-- ordering: by key",
                                   "-- why: because",
                                   "-- apply the discount of sample.created",
                                   "-- apply discounts.",
                                   "-- version::int is a cast",
                                   "-- order = excluded.order",
                                   "-- see https://example.org",
                                   "-- the order: first come",
                                   "-- applies to: all",
                                   "--",
                                   "-- : ",
                                   "-- orders are counted",
                                   "-- type: text",
                                   "-- key: the stream's",
                                   "-- Supply: what is there",
                                   "/* order: none */",
                                   "select 'version: 1';",
                                   "-- Größe: in ml"}) {
        CHECK_MESSAGE(message_of(head + "create table a ();\n" + line + "\n" + block + line + "\n") == "accepted",
                      line);
        if (line.starts_with("--") && !line.contains('='))
            CHECK_MESSAGE(message_of(line + "\n" + head + block) == "accepted", line);
    }
}

TEST_CASE("a line inside a comment or a text is no line of annals'")
{
    const auto file = parse_sql(head + R"(
/* how it was before:
-- apply: blood.drawn
-- order: strict
*/
create table notes (text text default '
-- apply: blood.drawn
');
-- apply: sample.created
insert into notes values ($body$
-- apply: blood.drawn
-- categories: none
$body$);
)",
                                "f");
    CHECK(file.blocks.size() == 1);
    CHECK(file.order == block_order::per_key);
    CHECK(file.creation.text.contains("-- apply: blood.drawn\n-- order: strict"));
    CHECK(file.blocks.at(0).statements.text.contains("-- categories: none"));
}

TEST_CASE("a quote that is not closed hides no block, so that the server says where it is")
{
    const auto file =
        parse_sql(head + "create table t (a text default 'x);\n-- apply: a\nselect 1;\n-- apply: b\nselect 2;", "f");
    CHECK(file.blocks.size() == 2);
}

TEST_CASE("a registered text with what is a mistake today is read as it was when it was registered")
{
    const auto text = head + "-- apply: *\nselect 1;\n-- order: none\n-- aply: b\nselect 2;\n";
    CHECK_THROWS_AS(parse_sql(text, "f"), bad_file);
    CHECK(parse_registered(text, "f").blocks.size() == 1);
    CHECK(parse_registered(text, "f").order == block_order::per_key);
}

TEST_CASE("a file in another encoding is refused, with the line of the first byte that is not UTF-8")
{
    const auto block = std::string("-- apply: *\nselect 1;\n");
    CHECK(message_of(head + block
                     + "-- Gr\xC3\xB6\xDF"
                       "e\n")
          == "counts.sql:6: the byte 0xdf is not UTF-8; save the file as UTF-8");
    CHECK(message_of("\xE4\n" + head + block).starts_with("counts.sql:1: the byte 0xe4 is not UTF-8"));
    CHECK(message_of(head + block + "-- cut off \xC3").starts_with("counts.sql:6: the byte 0xc3"));
    std::string wide("\xFF\xFE", 2), narrow;
    for (const char c : head + block) wide += c, wide += '\0', narrow += c, narrow += '\0';
    CHECK(message_of(wide) == "counts.sql:1: the file is UTF-16; save it as UTF-8");
    CHECK(message_of(narrow) == "counts.sql:1: the file is UTF-16; save it as UTF-8");
    CHECK(message_of(head + block + std::string("select '\0';", 11))
          == "counts.sql:6: the line holds a zero byte; remove it");
    CHECK(message_of(head + "-- Größe, 体積\n" + block) == "accepted");
}

TEST_CASE("only a changed statement changes the definition, not a comment in the header or a line end")
{
    const auto identity = [](const std::string& text) { return parse_sql(text, "f").definition().identity; };
    const auto one = identity(head + "-- apply: a\nselect 1;\n");
    CHECK(one == identity("-- Hello.\n" + head + "\n-- apply: a\r\nselect 1;  \r\n\r\n"));
    CHECK(one != identity(head + "-- apply: a\nselect 2;\n"));
    CHECK(one != identity(head + "-- apply: a, b\nselect 1;\n"));
    CHECK(one != identity(head + "-- order: none\n-- apply: a\nselect 1;\n"));
    CHECK(identity(head + "-- apply: *\nselect 1;") != identity(head + "-- apply: \"*\"\nselect 1;"));
}

TEST_CASE("a missing file is refused with a clear message")
{
    CHECK_THROWS_WITH(read_sql_file("/nowhere/counts.sql"),
                      "/nowhere/counts.sql cannot be read: is the path right, and a file?");
    CHECK_THROWS_AS(read_sql_file("/"), annals::eventstore::invalid_request);
}
