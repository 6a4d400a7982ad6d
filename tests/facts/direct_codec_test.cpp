// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/text_codec.hpp>
#include <tests/facts/hostile_json.hpp>
#include <tests/support/property.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace annals::eventstore;
using namespace annals::facts;
using namespace annals::tests;

namespace {

enum class urgency { low, high };
ANNALS_ENUM(urgency, low, high)

struct tube {
    std::string label = "unset";
    std::optional<double> volume_ml = 1;
};
ANNALS_FIELDS(tube, label, volume_ml)

/// One field of each kind that is decoded directly.
struct sheet {
    std::string text = "unset";
    bool flag = false;
    std::int64_t whole = 0;
    std::uint64_t count = 0;
    std::int8_t small = 0;
    std::uint16_t port = 0;
    double real = 0;
    float rough = 0;
    urgency priority = urgency::low;
    timestamp at;
    std::chrono::duration<int> took{};
    tube only;
    std::optional<tube> first;
    std::vector<tube> tubes;
    std::vector<bool> flags;
    std::vector<std::optional<int>> gaps;
    std::map<std::string, tube> shelves;
    std::map<std::string, std::vector<int>> lists;
};
ANNALS_FIELDS(sheet, text, flag, whole, count, small, port, real, rough, priority, at, took, only, first, tubes, flags,
              gaps, shelves, lists)

const std::vector<json_member> members{
    {"text", &json_strings},   {"flag", &json_others},      {"whole", &json_numbers}, {"count", &json_numbers},
    {"small", &json_numbers},  {"port", &json_numbers},     {"real", &json_numbers},  {"rough", &json_numbers},
    {"at", &json_strings},     {"priority", &json_strings}, {"took", &json_numbers},  {"first", &json_others},
    {"only", &json_others},    {"tubes", &json_others},     {"flags", &json_others},  {"gaps", &json_others},
    {"shelves", &json_others}, {"lists", &json_others},     {"colour", &json_others}, {"shape", &json_numbers}};

struct remark {
    std::string by;
    json anything;
};
ANNALS_FIELDS(remark, by, anything)

/// The value as a text that shows every bit of it, or the error.
auto outcome(auto decode) -> std::string
{
    try {
        return to_text(encode(decode()), "it");
    } catch (const undecodable& problem) {
        return std::string("undecodable: ") + problem.what();
    }
}

template <class T = sheet>
auto by_text(const std::string& text, unknown_members unknown = unknown_members::ignored) -> std::string
{
    return outcome([&] { return decode_text<T>(text, "sheet", unknown); });
}

template <class T = sheet>
auto by_dom(const std::string& text, unknown_members unknown = unknown_members::ignored) -> std::string
{
    return outcome([&] {
        const auto parsed = parse_text(text, "sheet");
        T value{};
        decode(parsed, value, "sheet", unknown);
        return value;
    });
}

constexpr std::array both{unknown_members::ignored, unknown_members::refused};

}  // namespace

TEST_CASE("usual documents are decoded directly")
{
    const std::string all =
        R"({"text":"é\n\u00e9","flag":true,"whole":-9223372036854775808,"count":18446744073709551615,"small":-128,)"
        R"("port":65535,"real":-2.5e-3,"rough":0.1,"priority":"high","at":"2024-01-31T08:15:00.5Z","took":7,)"
        R"("first":{"label":"A","volume_ml":null},"tubes":[{"volume_ml":2},{}],"flags":[true,false],)"
        R"("gaps":[1,null],"shelves":{"a":{"label":"B"}},"lists":{"x":[1,2],"y":[]}})";
    const std::string reversed = R"( { "lists" : {}, "first":null, "real":1, "whole":2, "text":"last" } )";
    const std::string wider = R"({"colour":{"a":[1,null,{"b":"c"}]},"text":"a","colour":2,"whole":1})";
    for (const auto& text : {all, reversed, wider, std::string("{}")}) {
        CAPTURE(text);
        const auto value = decode_directly<sheet>(text);
        REQUIRE(value);
        CHECK(to_text(encode(*value), "it") == by_dom(text));
    }
    CHECK(decode_directly<sheet>(all, unknown_members::refused));
}

TEST_CASE("unusual documents are not decoded directly")
{
    CHECK_FALSE(decode_directly<sheet>(R"({"whole":1,"whole":2})"));
    CHECK_FALSE(decode_directly<sheet>(R"({"first":{"label":"A","l\u0061bel":"B"}})"));
    CHECK_FALSE(decode_directly<sheet>(R"({"lists":{"a":[1],"a":[]}})"));
    CHECK_FALSE(decode_directly<sheet>(R"({"colour":1})", unknown_members::refused));
    CHECK_FALSE(decode_directly<sheet>(R"({"real":1e400})"));
    CHECK_FALSE(decode_directly<sheet>(R"({"text":")" + std::string(64 << 10, 'a') + "\"}"));
    CHECK_FALSE(decode_directly<remark>(R"({"by":"ada","anything":{}})"));
    CHECK(decode_directly<remark>(R"({"by":"ada"})"));
}

TEST_CASE("each value in each field is decoded or refused exactly as through a DOM")
{
    for (const auto* const values : {&json_numbers, &json_strings, &json_others, &not_json})
        for (const auto& value : *values)
            for (const auto& [name, fitting] : members)
                for (const auto unknown : both) {
                    const auto once = "{\"" + name + "\":" + value + "}";
                    CAPTURE(once);
                    CHECK(by_text(once, unknown) == by_dom(once, unknown));
                    CHECK(by_text<remark>(once, unknown) == by_dom<remark>(once, unknown));
                    const auto twice = "{\"" + name + "\":{\"label\":\"first\"}," + once.substr(1);
                    CHECK(by_text(twice, unknown) == by_dom(twice, unknown));
                }
}

TEST_CASE("a document is decoded or refused exactly as through a DOM")
{
    annals::tests::check_property("decode_text(x) is decode(parse(x))", [] {
        for (int documents = 0; documents < 100; ++documents) {
            const auto text = any_document(members);
            for (const auto unknown : both) RC_ASSERT(by_text(text, unknown) == by_dom(text, unknown));
        }
    });
}

TEST_CASE("edge cases of a document are decoded as through a DOM")
{
    using namespace std::string_literals;
    const std::string deep = std::string(2000, '[') + std::string(2000, ']');
    for (const auto& text :
         {""s, " "s, "1"s, "null"s, "[]"s, "{}x"s, "{}{}"s, "{} \n"s, "\xef\xbb\xbf{\"whole\":1}"s, "{\"whole\":1}\0"s,
          "\0{}"s, "{\"colour\":" + deep + "}", "{\"text\":\"" + std::string(1 << 20, 'a') + "\"}",
          "{\"text\":\"" + std::string(1 << 20, 'a') + "\",\"whole\":true}"}) {
        CAPTURE(text);
        CHECK(by_text(text) == by_dom(text));
    }
}
