// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/payload_check.hpp>
#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
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

/// One field of each kind, but none that takes any JSON.
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
    } catch (const invalid_request& problem) {
        return std::string("read, but not to be stored: ") + problem.what();
    }
}

template <class T = sheet>
auto decoded(const std::string& text, strictness how = strictness::lenient) -> std::string
{
    return outcome([&] { return decode<T>(text, "sheet", how); });
}

/// The same with the text in the form in which another JSON library writes what it has read: without blanks, escapes,
/// names that come twice, and whole numbers beyond 64 bits.
template <class T = sheet>
auto decoded_rewritten(const std::string& text, strictness how = strictness::lenient) -> std::string
{
    const auto parsed = json::parse(text, nullptr, false);
    if (!parsed.is_discarded()) return decoded<T>(parsed.dump(), how);
    return "undecodable: sheet: the text " + fault_of_payload(text).value_or("is not valid JSON");
}

constexpr std::array both{strictness::lenient, strictness::strict};

}  // namespace

TEST_CASE("of a name that comes twice, the last one counts")
{
    CHECK(decode<sheet>(R"({"whole":1,"text":"a","whole":2})", "sheet").whole == 2);
    CHECK(decode<sheet>(R"({"whole":"one","whole":2})", "sheet").whole == 2);
    CHECK(decode<sheet>(R"({"only":{"label":"A"},"only":{}})", "sheet").only.label == "unset");
    CHECK(decode<sheet>(R"({"first":{"label":"A","l\u0061bel":"B"}})", "sheet").first->label == "B");
    const auto value = decode<sheet>(R"({"lists":{"b":[3],"a":[1],"c":[],"a":[1,2],"b":[4],"b":[5]}})", "sheet");
    CHECK(value.lists == std::map<std::string, std::vector<int>>{{"a", {1, 2}}, {"b", {5}}, {"c", {}}});
    CHECK(decode<sheet>(R"({"shelves":{"a":7,"a":{}}})", "sheet").shelves.size() == 1);
    CHECK(decode<remark>(R"({"anything":{"a":1,"b":2,"a":3}})", "sheet").anything.dump() == R"({"a":3,"b":2})");
}

TEST_CASE("of several that do not fit, the first field is named, and an unknown member last")
{
    CHECK(decoded(R"({"colour":1,"whole":"2","flag":3})", strictness::strict)
          == "undecodable: sheet.flag: true or false was expected, not 3");
    CHECK(decoded(R"({"shape":1,"whole":2,"colour":3})", strictness::strict)
          == "undecodable: sheet: there is no field \"shape\"");
}

TEST_CASE("any JSON is kept as it was written")
{
    const std::string kept = R"({"z":[1,-1,9223372036854775808,1.0,-0.0,1e-07,"é\n",true,null,{},[]],"a":""})";
    const auto value = decode<remark>(R"({"anything":)" + kept + "}", "sheet").anything;
    CHECK(value == json::parse(kept));
    CHECK(value.dump() == kept);
}

TEST_CASE("a text of any length is decoded, but not of any depth")
{
    const std::string letters(1 << 20, 'a');
    CHECK(decode<sheet>(R"({"text":")" + letters + "\"}", "sheet").text == letters);
    CHECK(decoded(R"({"text":")" + letters + "\",\"whole\":true}")
          == "undecodable: sheet.whole: a whole number was expected, not true");
    const auto nested = [](std::size_t levels) {
        return R"({"whole":1,"colour":)" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    const auto bigger = [](std::string text) { return text.replace(text.find('1'), 1, "123456789012345678901"); };
    CHECK(decode<sheet>(nested(1000), "sheet").whole == 1);
    for (const auto levels : {2000, 1 << 20})
        for (const auto& text : {nested(levels), bigger(nested(levels))})
            CHECK(decoded(text) == "undecodable: sheet: the text is nested deeper than 64");
}

TEST_CASE("each value in each field is decoded or refused however its text is written")
{
    for (const auto* const values : {&json_numbers, &json_strings, &json_others, &not_json})
        for (const auto& value : *values)
            for (const auto& [name, fitting] : members)
                for (const auto how : both) {
                    const auto once = "{\"" + name + "\":" + value + "}";
                    CAPTURE(once);
                    CHECK(decoded(once, how) == decoded_rewritten(once, how));
                    const auto twice = "{\"" + name + "\":{\"label\":\"first\"}," + once.substr(1);
                    CHECK(decoded(twice, how) == decoded_rewritten(twice, how));
                    const auto any = R"({"by":"ada","anything":)" + once + "}";
                    CHECK(decoded<remark>(any, how) == decoded_rewritten<remark>(any, how));
                }
}

TEST_CASE("a document is decoded or refused however its text is written")
{
    annals::tests::check_property("decode(x) is decode(rewritten(x))", [] {
        for (int documents = 0; documents < 100; ++documents) {
            const auto text = any_document(members);
            for (const auto how : both) RC_ASSERT(decoded(text, how) == decoded_rewritten(text, how));
        }
    });
}

TEST_CASE("edge cases of a document are decoded as another library reads them")
{
    using namespace std::string_literals;
    for (const auto& text : {""s, " "s, "1"s, "null"s, "[]"s, "{}x"s, "{}{}"s, "{} \n"s, "\xef\xbb\xbf{\"whole\":1}"s,
                             "{\"whole\":1}\0"s, "\0{}"s}) {
        CAPTURE(text);
        CHECK(decoded(text) == decoded_rewritten(text));
    }
}
