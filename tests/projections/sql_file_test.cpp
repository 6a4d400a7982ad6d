// SPDX-License-Identifier: Apache-2.0
#include <projections/sql_file.hpp>

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

TEST_CASE("what is wrong with a file is said with its line and a remedy")
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
          == "counts.sql:3: there is no \"-- categorys:\"; did you mean \"-- categories:\"?");
    CHECK(message_of("-- projection: counts\n" + head + block)
          == "counts.sql:2: \"-- projection:\" stands twice in the header; keep one");
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

TEST_CASE("a comment in the header or a line end makes no other definition, a statement does")
{
    const auto identity = [](const std::string& text) { return parse_sql(text, "f").definition().identity; };
    const auto one = identity(head + "-- apply: a\nselect 1;\n");
    CHECK(one == identity("-- Hello.\n" + head + "\n-- apply: a\r\nselect 1;  \r\n\r\n"));
    CHECK(one != identity(head + "-- apply: a\nselect 2;\n"));
    CHECK(one != identity(head + "-- apply: a, b\nselect 1;\n"));
    CHECK(one != identity(head + "-- order: none\n-- apply: a\nselect 1;\n"));
    CHECK(identity(head + "-- apply: *\nselect 1;") != identity(head + "-- apply: \"*\"\nselect 1;"));
}

TEST_CASE("a file that is not there is a clear refusal")
{
    CHECK_THROWS_WITH(read_sql_file("/nowhere/counts.sql"),
                      "/nowhere/counts.sql cannot be read: is the path right, and a file?");
    CHECK_THROWS_AS(read_sql_file("/"), annals::eventstore::invalid_request);
}
