// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/csv_reader.hpp>
#include <tests/cli/import/rows.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace annals::cli::imports;
using annals::eventstore::invalid_request;

namespace {

auto rows_of(std::string_view text, char delimiter = ',') -> rows
{
    const temporary_file file(text);
    csv_reader reader(file.path(), delimiter);
    return all_rows(reader);
}

using table = std::vector<std::vector<std::string>>;

/// A writer that shares nothing with the reader.
auto written(const table& cells, bool always_quoted, const std::string& line_end) -> std::string
{
    std::string text;
    for (const auto& line : cells) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::string doubled;
            for (const char c : line[i]) doubled += c == '"' ? std::string("\"\"") : std::string(1, c);
            const bool quoted = always_quoted || line[i].find_first_of(",\"\r\n") != std::string::npos;
            text += (i > 0 ? "," : "") + (quoted ? "\"" + doubled + "\"" : line[i]);
        }
        text += line_end;
    }
    return text;
}

}  // namespace

TEST_CASE("a row's cells are under the names of the header")
{
    CHECK(rows_of("a,b\n1,x y\n,2\n") == rows{"2:a=1|b=x y", "3:a=|b=2"});
}

TEST_CASE("quotes hold delimiters, doubled quotes and line breaks")
{
    CHECK(rows_of("a,b\n\"1,2\",\"say \"\"ah\"\"\"\n\"two\r\nlines\",3\nlast,4\n")
          == rows{"2:a=1,2|b=say \"ah\"", "3:a=two\r\nlines|b=3", "5:a=last|b=4"});
}

TEST_CASE("lines may end with CR LF, the last one with nothing, and a byte order mark is skipped")
{
    CHECK(rows_of("\xEF\xBB\xBF"
                  "a,b\r\n1,2\r\n\r\n3,4")
          == rows{"2:a=1|b=2", "4:a=3|b=4"});
}

TEST_CASE("another delimiter can be chosen") { CHECK(rows_of("a;b\n1,5;\"x;y\"\n", ';') == rows{"2:a=1,5|b=x;y"}); }

TEST_CASE("a spreadsheet's first line may say the delimiter")
{
    CHECK(rows_of("sep=;\r\na;b\r\n1,5;x\r\n") == rows{"3:a=1,5|b=x"});
    CHECK(rows_of("sep=;,b\n1,2\n") == rows{"2:sep=;=1|b=2"});
}

TEST_CASE("a column without a name is called after its number")
{
    CHECK(rows_of(",b,\n0,1,2\n") == rows{"2:column_1=0|b=1|column_3=2"});
}

TEST_CASE("rows with too many or too few cells are bad, and the next one is read")
{
    CHECK(rows_of("a,b\n1\n1,2,3\n1,2\n")
          == rows{"! 2: the row has 1 cells, the header 2", "! 3: the row has 3 cells, the header 2", "4:a=1|b=2"});
}

TEST_CASE("a quote in the wrong place is bad, and the next row is read")
{
    CHECK(rows_of("a,b\n5\" disk,2\n\"x\"y,2\n1,2\n")
          == rows{"! 2: a quote inside a cell that does not begin with one", "! 3: characters after a closing quote",
                  "4:a=1|b=2"});
}

TEST_CASE("a quote that is never closed names the line where it was opened")
{
    CHECK(rows_of("a,b\n1,2\n3,\"four\n5,6\n") == rows{"2:a=1|b=2", "! 3: the quote opened in line 3 is never closed"});
}

TEST_CASE("a row larger than the limit is bad and is not kept in memory")
{
    const auto found = rows_of("a,b\n1,\"" + std::string(row_bytes_max + 1, 'x') + "\"\n3,4\n");
    REQUIRE(found.size() == 2);
    CHECK(found[0].starts_with("! 2: the row has more than"));
    CHECK(found[1] == "3:a=3|b=4");
}

TEST_CASE("a packed file is read like a plain one, whatever its name")
{
    const temporary_file file("a,b\n1,2\n", ".csv", temporary_file::packing::gzip);
    csv_reader reader(file.path());
    CHECK(all_rows(reader) == rows{"2:a=1|b=2"});
    CHECK(reader.progress().bytes_read == reader.progress().bytes_total);
}

TEST_CASE("a packed file that is cut off gives the rows before and then says so")
{
    const temporary_file whole("a,b\n1,2\n" + std::string(200'000, '\n'), ".gz", temporary_file::packing::gzip);
    std::filesystem::resize_file(whole.path(), std::filesystem::file_size(whole.path()) - 12);
    csv_reader reader(whole.path());
    CHECK(reader.next().has_value());
    CHECK_THROWS_WITH_AS(reader.next(), doctest::Contains("cut off"), unreadable_file);
}

TEST_CASE("a file without a usable header is refused")
{
    CHECK_THROWS_WITH_AS(rows_of(""), doctest::Contains("empty"), unreadable_file);
    CHECK_THROWS_WITH_AS(rows_of("a,b,a\n"), "line 1: the column \"a\" occurs twice in the header", unreadable_file);
    CHECK_THROWS_WITH_AS(rows_of("\na,caf\xE9\n"),
                         "line 2: the header cannot be read: a name is not UTF-8: there is the byte 0xE9 after \"caf\"",
                         unreadable_file);
    CHECK_THROWS_WITH_AS(csv_reader("/nowhere.csv"), doctest::Contains("/nowhere.csv cannot be opened"),
                         invalid_request);
    CHECK_THROWS_WITH_AS(csv_reader("/"), doctest::Contains("directory"), invalid_request);
}

TEST_CASE("lines that end with CR alone are counted, even within quotes")
{
    CHECK(rows_of("a,b\r1,2\r\r\"x\ry\",3\rbad\r4,5\r")
          == rows{"2:a=1|b=2", "4:a=x\ry|b=3", "! 6: the row has 1 cells, the header 2", "7:a=4|b=5"});
}

TEST_CASE("a cell that cannot be stored makes a bad row that names it, and the next row is read")
{
    CHECK(rows_of("a,b\n1,Zo\xEB\n2," + std::string(1, '\0') + "\n3,Zo\xC3\xAB\n")
          == rows{"! 2: column \"b\" is not UTF-8: there is the byte 0xEB after \"Zo\"",
                  "! 3: column \"b\" holds a zero byte, which cannot be stored", "4:a=3|b=Zo\xC3\xAB"});
    const temporary_file file("a\n\xE9\n");
    csv_reader reader(file.path());
    CHECK(reader.next()->error().hint.contains("iconv -f WINDOWS-1252 -t UTF-8"));
    const temporary_file zero("a\nx" + std::string(1, '\0') + "\n");
    CHECK(csv_reader(zero.path()).next()->error().hint.contains("tr -d '\\000'"));
}

TEST_CASE("any table that is written is read back")
{
    const bool holds = rc::check([] {
        const auto width = *rc::gen::inRange<std::size_t>(2, 6);
        const auto cell = rc::gen::container<std::string>(rc::gen::element('a', ' ', ',', '"', '\n', '\r', ';', '0'));
        const auto body = *rc::gen::container<table>(rc::gen::container<std::vector<std::string>>(width, cell));
        table all{{}};
        for (std::size_t i = 0; i < width; ++i) all[0].push_back("c" + std::to_string(i));
        all.insert(all.end(), body.begin(), body.end());

        const temporary_file file(
            written(all, *rc::gen::arbitrary<bool>(), *rc::gen::element<std::string>("\n", "\r\n")));
        csv_reader reader(file.path());
        for (const auto& expected : body) {
            const auto next = reader.next();
            RC_ASSERT(next.has_value() && next->has_value());
            std::vector<std::string> found;
            for (const auto& read : (*next)->cells) found.emplace_back(read.value);
            RC_ASSERT(found == expected);
        }
        RC_ASSERT(!reader.next().has_value());
    });
    CHECK(holds);
}
