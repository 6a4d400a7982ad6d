// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/xes_reader.hpp>
#include <tests/cli/import/rows.hpp>

#include <doctest/doctest.h>

using namespace annals::cli::imports;

namespace {

auto rows_of(std::string_view text, temporary_file::packing packed = temporary_file::packing::none) -> rows
{
    const temporary_file file(text, ".xes", packed);
    xes_reader reader(file.path());
    return all_rows(reader);
}

constexpr std::string_view two_patients = R"(<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="a hospital"/>
  <trace>
    <string key="concept:name" value="A"/>
    <int key="age" value="85"/>
    <event>
      <string key="concept:name" value="ER &amp; Triage"/>
      <date key="time:timestamp" value="2014-10-22T11:15:41.000+02:00"/>
      <float key="CRP" value="21.0"/>
      <boolean key="urgent" value="True"/>
    </event>
    <event><string key="concept:name" value="Release"/></event>
  </trace>
  <trace>
    <string key="concept:name" value="B"/>
    <event/>
  </trace>
</log>
)";

auto within_event(const std::string& attributes) -> rows
{
    return rows_of("<log><trace><event>" + attributes + "</event></trace></log>");
}

}  // namespace

TEST_CASE("each event is a row with its own attributes and its trace's")
{
    CHECK(
        rows_of(two_patients)
        == rows{
            "10:case:concept:name=A|case:age=<85>|concept:name=ER & Triage|time:timestamp=2014-10-22T11:15:41.000+02:00"
            "|CRP=<21.0>|urgent=<true>",
            "16:case:concept:name=A|case:age=<85>|concept:name=Release", "20:case:concept:name=B"});
}

TEST_CASE("a packed log is read like a plain one")
{
    CHECK(rows_of(two_patients, temporary_file::packing::gzip) == rows_of(two_patients));
}

TEST_CASE("a log much larger than one read gives every event once")
{
    std::string text = "<log>";
    for (int i = 0; i < 5'000; ++i)
        text += "<trace><string key='concept:name' value='" + std::to_string(i) + "'/><event/><event/></trace>\n";
    const auto found = rows_of(text + "</log>");
    REQUIRE(found.size() == 10'000);
    for (std::size_t i = 0; i < found.size(); ++i)
        REQUIRE(found[i] == std::to_string(i / 2 + 1) + ":case:concept:name=" + std::to_string(i / 2));
}

TEST_CASE("a number or boolean that is invalid in JSON stays text")
{
    CHECK(within_event("<int key='a' value='007'/><float key='b' value='NaN'/><boolean key='c' value='maybe'/>")
          == rows{"1:a=007|b=NaN|c=maybe"});
}

TEST_CASE("a nested attribute is a column of its own")
{
    CHECK(within_event("<string key='a' value='x'><int key='b' value='1'><id key='c' value='y'/></int></string>")
          == rows{"1:a=x|a/b=<1>|a/b/c=y"});
}

TEST_CASE("lists and containers are arrays of objects, with or without the values element")
{
    CHECK(within_event("<list key='a'><values><string key='t' value='&quot;x'/><int key='t' value='2'/></values></list>"
                       "<container key='b'><int key='n' value='1'><string key='unit' value='mg'/></int></container>"
                       "<list key='c'/>")
          == rows{R"(1:a=<[{"t":"\"x"},{"t":2}]>|b=<[{"n":1,"n/unit":"mg"}]>|c=<[]>)"});
}

TEST_CASE("a repeated attribute is one value when its values are equal, and a list when they are not")
{
    CHECK(within_event("<string key='r' value='ada'/><int key='n' value='1'/><string key='r' value='bob'/>"
                       "<string key='r' value='ada'/><string key='same' value='x'/><string key='same' value='x'/>")
          == rows{R"(1:r=<["ada","bob"]>|n=<1>|same=x)"});
    CHECK(within_event(
              "<string key='a' value='1'/><int key='a' value='1'/><list key='a'><string key='t' value='x'/></list>")
          == rows{R"(1:a=<["1",1,[{"t":"x"}]]>)"});
    CHECK(within_event("<string key='a' value='x'><int key='b' value='1'/></string>"
                       "<string key='a' value='y'><int key='b' value='2'/></string>")
          == rows{R"(1:a=<["x","y"]>|a/b=<[1,2]>)"});
    CHECK(
        within_event("<list key='a'><string key='t' value='x'><int key='n' value='1'/><int key='n' value='2'/></string>"
                     "</list>")
        == rows{R"(1:a=<[{"t":"x","t/n":[1,2]}]>)"});
    CHECK(rows_of("<log><trace><string key='r' value='x'/><string key='r' value='y'/><event/>"
                  "<event><string key='case:r' value='y'/></event></trace></log>")
          == rows{R"(1:case:r=<["x","y"]>)", R"(1:case:r=<["x","y"]>)"});
}

TEST_CASE("a log in an encoding of one byte per character is read")
{
    const auto log = [](const std::string& encoding, const std::string& name) {
        return rows_of("<?xml version='1.0' encoding='" + encoding + "'?><log><trace><event><string key='n' value='"
                       + name + "'/></event></trace></log>");
    };
    CHECK(log("windows-1252", "Zo\xEB \x80") == rows{"1:n=Zo\xC3\xAB \xE2\x82\xAC"});
    CHECK(log("ISO-8859-15", "\xA4") == rows{"1:n=\xE2\x82\xAC"});
    CHECK(log("UTF8", "Zo\xC3\xAB \xF0\x9F\x98\x80") == rows{"1:n=Zo\xC3\xAB \xF0\x9F\x98\x80"});
    CHECK(log("koi8-r", "\xC1") == rows{"1:n=\xD0\xB0"});
}

TEST_CASE("another encoding is refused by its name, with the way to convert the file")
{
    for (const std::string encoding : {"Shift_JIS", "GBK", "ISO-2022-JP", "UTF-7", "IBM037", "no-such-encoding"}) {
        const temporary_file file("<?xml version='1.0' encoding='" + encoding + "'?><log/>", ".xes");
        xes_reader reader(file.path());
        try {
            reader.next();
            FAIL(encoding);
        } catch (const unreadable_file& refused) {
            CHECK_MESSAGE(std::string(refused.what()).contains("its encoding is " + encoding), refused.what());
            CHECK(refused.hint().contains("iconv -f " + encoding + " -t UTF-8"));
        }
    }
    try {
        rows_of("<log><trace><event><string key='n' value='Zo\xEB'/></event></trace></log>");
        FAIL("read");
    } catch (const unreadable_file& refused) {
        CHECK(std::string(refused.what()).contains("at column"));
        CHECK(refused.hint().contains("iconv"));
    }
}

TEST_CASE("an attribute without a key makes its event bad, and the next event is read")
{
    CHECK(rows_of("<log><trace><event>\n<string value='x'/></event>\n<event/></trace></log>")
          == rows{"! 1: a <string> without a key", "3:"});
}

TEST_CASE("an event with too many bytes is bad, and a trace with too many makes all its events bad")
{
    const std::string large = "<string key='a' value='" + std::string(row_bytes_max, 'x') + "'/>";
    const auto found =
        rows_of("<log><trace><event>" + large + "</event><event/></trace>\n<trace>" + large + "<event/></trace></log>");
    REQUIRE(found.size() == 3);
    CHECK(found[0].starts_with("! 1: the event has more than"));
    CHECK(found[1] == "1:");
    CHECK(found[2].starts_with("! 2: the trace has more than"));
}

TEST_CASE("a file that is no XES, or cut off, is read up to that point")
{
    CHECK_THROWS_WITH_AS(rows_of("<html/>"), doctest::Contains("root element is <html>"), unreadable_file);
    CHECK_THROWS_WITH_AS(rows_of(""), doctest::Contains("the file is empty"), unreadable_file);
    CHECK_THROWS_WITH_AS(rows_of("<log><trace><event/><string key='a' value='b'/></trace></log>"),
                         doctest::Contains("after its first event"), unreadable_file);
    const temporary_file file("<log><trace><event/>\n<event>", ".xes");
    xes_reader reader(file.path());
    CHECK(reader.next().has_value());
    CHECK_THROWS_WITH_AS(reader.next(), doctest::Contains("not well-formed XML"), unreadable_file);
    CHECK(reader.line() == 2);
}

TEST_CASE("entities that grow without end are refused")
{
    std::string text = "<!DOCTYPE log [<!ENTITY a0 'xxxxxxxxxx'>";
    for (int i = 1; i < 12; ++i) {
        text += "<!ENTITY a" + std::to_string(i) + " '";
        for (int j = 0; j < 10; ++j) text += "&a" + std::to_string(i - 1) + ";";
        text += "'>";
    }
    CHECK_THROWS_AS(rows_of(text + "]><log><trace><event><string key='k' value='&a11;'/></event></trace></log>"),
                    unreadable_file);
}
