// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/file_format.hpp>
#include <tests/cli/import/rows.hpp>

#include <doctest/doctest.h>

using namespace annals::cli::imports;

namespace {

auto rows_of(std::string_view text, std::string_view suffix, temporary_file::packing packed = {}) -> rows
{
    const temporary_file file(text, suffix, packed);
    return all_rows(*open_rows(file.path()));
}

/// Why a file is refused, and the hint.
auto refusal_of(std::string_view text, std::string_view suffix) -> std::string
{
    try {
        rows_of(text, suffix);
        return "it was read";
    } catch (const unreadable_file& refused) {
        return std::string(refused.what()) + " | " + refused.hint();
    }
}

const std::string log = "<log><trace><event><string key='a' value='1'/></event></trace></log>";

}  // namespace

TEST_CASE("a file's format comes from its name, otherwise from its content")
{
    CHECK(rows_of("a\n1\n", ".csv") == rows{"2:a=1"});
    CHECK(rows_of("a\tb\n1\t2,3\n", ".tsv") == rows{"2:a=1|b=2,3"});
    CHECK(rows_of("{\"a\":\"1\"}", ".NDJSON") == rows{"1:a=1"});
    for (const auto packed : {temporary_file::packing::none, temporary_file::packing::gzip}) {
        CHECK(rows_of("\xEF\xBB\xBF"
                      "a\n1\n",
                      ".txt", packed)
              == rows{"2:a=1"});
        CHECK(rows_of("\n{\"a\":\"1\"}", "", packed) == rows{"2:a=1"});
        CHECK(rows_of(" " + log, ".data", packed) == rows{"1:a=1"});
    }
}

TEST_CASE("a file of another kind is refused, naming the kind")
{
    CHECK(refusal_of("<!DOCTYPE html>\n<html><link rel='x' crossorigin></html>", ".xes")
              .starts_with("the file is an HTML"));
    CHECK(refusal_of("\n<HTML lang='en'>", ".csv").starts_with("the file is an HTML"));
    CHECK(refusal_of("PK\x03\x04...", ".csv").contains("save the spreadsheet as CSV"));
    using namespace std::literals;
    CHECK(refusal_of("a\0,\0b\0"sv, ".csv").contains("iconv -f UTF-16LE"));
    CHECK(refusal_of("\0a\0,\0b"sv, ".jsonl").contains("iconv -f UTF-16BE"));
    CHECK(refusal_of("PAR1...", ".csv").contains("a Parquet file"));
    CHECK(refusal_of("\xFF\xFE"
                     "a",
                     ".csv")
              .contains("iconv -f UTF-16"));
    CHECK(refusal_of(log, ".csv")
              .contains("the file looks like XML, which its name does not say | say what it is: --format xes"));
    CHECK(refusal_of("{\"a\":1}", ".csv").contains("--format jsonl"));
}

TEST_CASE("an empty file is refused, and a file with only a header has no rows")
{
    CHECK(refusal_of("", ".csv").starts_with("the file is empty"));
    CHECK(refusal_of(" \r\n", ".csv").starts_with("the file is empty"));
    CHECK(refusal_of("", ".xes").starts_with("the file is empty"));
    CHECK(refusal_of("", "").starts_with("the file is empty"));
    CHECK(rows_of("", ".jsonl").empty());
    CHECK(rows_of("a,b\n", ".csv").empty());
    CHECK(rows_of("<log/>", ".xes").empty());
}
