// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/table.hpp>
#include <annals/cli/terminal/text_width.hpp>

#include <doctest/doctest.h>

namespace annals::cli {
namespace {

auto example() -> table
{
    table rows({"sample_type", "samples", "share"});
    rows.add({"blood", std::int64_t{2512}, 0.5});
    rows.add({"Größe 中", std::int64_t{-7}, 1234567.891});
    rows.add({cell{}, cell{}, cell{}});
    return rows;
}

TEST_CASE("a table is aligned, numbers to the right and with separators")
{
    CHECK(example().for_people({})
          == "SAMPLE TYPE  SAMPLES         SHARE\n"
             "blood          2,512          0.50\n"
             "Größe 中          -7  1,234,567.89\n"
             "-                  -             -\n");
}

TEST_CASE("programs get one JSON object per row")
{
    CHECK(example().json_lines()
          == "{\"sample_type\": \"blood\", \"samples\": 2512, \"share\": 0.5}\n"
             "{\"sample_type\": \"Größe 中\", \"samples\": -7, \"share\": 1234567.891}\n"
             "{\"sample_type\": null, \"samples\": null, \"share\": null}\n");
}

TEST_CASE("the last column is cut to the terminal's width")
{
    table rows({"version", "data"});
    rows.add({std::int64_t{1}, json_text{"{\"a\": \"0123456789\"}"}});
    CHECK(rows.for_people({.width = 20}) == "VERSION  DATA\n      1  {\"a\": \"012…\n");
    CHECK(rows.json_lines() == "{\"version\": 1, \"data\": {\"a\": \"0123456789\"}}\n");
}

TEST_CASE("headings are bold only with colours")
{
    CHECK(example().for_people({.colours = true}).starts_with("\033[1mSAMPLE TYPE"));
    CHECK(example().for_people({}).find('\033') == std::string::npos);
}

TEST_CASE("stored text cannot control a terminal")
{
    table rows({"key"});
    rows.add({std::string("a\033[2Jb\nc\xc2\x9b"
                          "d")});
    CHECK(rows.for_people({}) == "KEY\na [2Jb c d\n");
}

TEST_CASE("a cut text ends with a sign, and never within a character")
{
    CHECK(cut("Größe", 5) == "Größe");
    CHECK(cut("Größe", 4) == "Grö…");
    CHECK(cut("中中", 3) == "中…");
    CHECK(cut("abc", 0).empty());
}

TEST_CASE("numbers have separators between every three digits")
{
    CHECK(app::with_separators(0) == "0");
    CHECK(app::with_separators(999) == "999");
    CHECK(app::with_separators(-1000) == "-1,000");
    CHECK(app::with_separators(1234567) == "1,234,567");
}

}  // namespace
}  // namespace annals::cli
