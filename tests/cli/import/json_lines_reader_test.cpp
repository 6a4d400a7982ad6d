// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/json_lines_reader.hpp>
#include <tests/cli/import/rows.hpp>

#include <doctest/doctest.h>

using namespace annals::cli::imports;

namespace {

auto rows_of(std::string_view text) -> rows
{
    const temporary_file file(text, ".jsonl");
    json_lines_reader reader(file.path());
    return all_rows(reader);
}

}  // namespace

TEST_CASE("each line is an object; texts are texts and other values stay JSON")
{
    CHECK(rows_of(R"({"a":"x","b":1,"c":true,"d":null}
{"e":{"f":[1,{"g":"\"h"},[]],"i":{}},"j":2}
)") == rows{"1:a=x|b=<1>|c=<true>|d=<null>", R"(2:e=<{"f":[1,{"g":"\"h"},[]],"i":{}}>|j=<2>)"});
}

TEST_CASE("numbers stay as they were written, however large or exact")
{
    CHECK(rows_of(R"({"a":1.10,"b":123456789012345678901234567890,"c":-5e-7})")
          == rows{"1:a=<1.10>|b=<123456789012345678901234567890>|c=<-5e-7>"});
}

TEST_CASE("blank lines are skipped, and lines may end with CR LF")
{
    CHECK(rows_of("\xEF\xBB\xBF{\"a\":\"1\"}\r\n\r\n  \n{\"a\":\"2\"}") == rows{"1:a=1", "4:a=2"});
}

TEST_CASE("a line that is not a JSON object is bad, and the next one is read")
{
    CHECK(rows_of("{\"a\":1\n[1]\n7\n{\"a\":1} x\n{\"a\":\"\xFF\"}\n{\"a\":2}\n")
          == rows{"! 1: the line is not JSON from its byte 7 on", "! 2: the line is not a JSON object",
                  "! 3: the line is not a JSON object", "! 4: the line is not JSON from its byte 9 on",
                  "! 5: the line is not UTF-8: there is the byte 0xFF after \"{\"a\":\"\"", "6:a=<2>"});
}

TEST_CASE("lines may end with CR alone")
{
    CHECK(rows_of("{\"a\":1}\r\r7\r{\"a\":2}") == rows{"1:a=<1>", "! 3: the line is not a JSON object", "4:a=<2>"});
}

TEST_CASE("a file that is one array is refused, saying how to split it")
{
    const temporary_file file("[{\"a\":1},\n{\"a\":2}]\n", ".jsonl");
    json_lines_reader reader(file.path());
    CHECK(reader.next()->error().hint.contains("jq -c '.[]'"));
}

TEST_CASE("a line larger than the limit is bad")
{
    const auto found = rows_of("{\"a\":\"" + std::string(row_bytes_max, 'x') + "\"}\n{\"a\":2}\n");
    REQUIRE(found.size() == 2);
    CHECK(found[0].starts_with("! 1: the line has more than"));
    CHECK(found[1] == "2:a=<2>");
}
