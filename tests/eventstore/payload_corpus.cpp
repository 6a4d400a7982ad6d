// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/payload_corpus.hpp>

#include <tests/facts/hostile_json.hpp>

#include <algorithm>

namespace annals::tests {
namespace {

auto zeros(std::size_t count) -> std::string { return std::string(count, '0'); }
auto nines(std::size_t count) -> std::string { return std::string(count, '9'); }

/// Half way between the largest double and the next one, if there were one: it is rounded up, out of range.
const std::string no_double_any_more =
    "17976931348623158079372897140530341507993413271003782693617377898044496829276475"
    "09466490179775872070963302864166928879109465555478519404026306574886715058206819"
    "08902000708383676273854845817711531764475730270069855571366959622842914819860834"
    "936475292719074168444365510704342711559699508093042880177904174497792";

struct values {
    json_texts accepted, refused;
};

// clang-format off                                  // one kind of edge a line
auto numbers() -> values
{
    auto below = no_double_any_more;
    std::ranges::copy(std::string("79"), below.end() - 2);
    return {.accepted = {"0",
                         "-0",
                         "-0.0",
                         "0e0",
                         "0e999999",
                         "-0.0e+99999",
                         "0e-16383",
                         "1e-400",
                         "1e-16383",
                         "5e-324",
                         "1e5",
                         "1E+5",
                         "1e-5",
                         "1e0005",
                         "9007199254740993",
                         "9223372036854775808",
                         "-9223372036854775809",
                         "18446744073709551615",
                         "18446744073709551616",
                         "123456789012345678901234567890",
                         "0.1000000000000000055511151231257827021181583404541015625",
                         "1e308",
                         "-1e308",
                         "1.7976931348623157e308",
                         "1.7976931348623158e308",
                         "0.00017976931348623157e312",
                         "1" + zeros(308),
                         nines(308),
                         "0." + zeros(400) + "1e700",
                         "0." + zeros(9000) + "1e400",
                         "1" + zeros(400) + "e-200",
                         below,
                         "-" + below + ".99",
                         "0." + nines(16383),
                         "1." + zeros(16383)},
            .refused = {"1e309",
                        "-1e309",
                        "1e400",
                        "-1e400",
                        "1.7976931348623159e308",
                        "0.0001e313",
                        "1" + zeros(309),
                        nines(309),
                        "0." + zeros(400) + "1e710",
                        "1" + zeros(400) + "e-90",
                        no_double_any_more,
                        "-" + no_double_any_more + ".0",
                        "1e131071",
                        "1e200000",
                        "1e999999999999",
                        "0e1073741823",
                        "1e-16384",
                        "1e-999999999999",
                        "0." + zeros(16383) + "1",
                        "01",
                        "-01",
                        "00",
                        "+1",
                        "-",
                        "--1",
                        ".5",
                        "1.",
                        "1.e5",
                        "1e",
                        "1e+",
                        "1.5.5",
                        "NaN",
                        "Infinity",
                        "-Infinity",
                        "0x10",
                        "1_000"}};
}

auto texts() -> values
{
    return {.accepted = {R"("")", R"("a")", R"("é漢")", R"("\"\\\/\b\f\n\r\t")", R"("\u0001\u001f\u007f")",
                         R"("\ud83d\ude00")", R"("\uD83D\uDE00")", "\"\x7f\"", "\"\xf0\x9f\x98\x80\"",
                         "\"\xef\xbf\xbf\"", "\"\xf4\x8f\xbf\xbf\"", R"("\uffff")", R"("\\u0000")",
                         "\"" + std::string(100000, 'x') + "\""},
            .refused = {R"("\u0000")",
                        R"("a\u0000b")",
                        R"("\ud800")",
                        R"("\udc00")",
                        R"("\ud800x")",
                        R"("\ud800\n")",
                        R"("\ud800\ud800")",
                        R"("\udc00\ud800")",
                        R"("\x")",
                        R"("\u12")",
                        R"("\u12g4")",
                        R"("\U0041")",
                        "\"\x01\"",
                        "\"\n\"",
                        "\"\t\"",
                        "\"\xff\"",
                        "\"\xc3\"",
                        "\"\xc3\x28\"",
                        "\"\xc0\xaf\"",
                        "\"\xe0\x80\xaf\"",
                        "\"\xed\xa0\x80\"",
                        "\"\xf4\x90\x80\x80\"",
                        "\"\xf8\x88\x80\x80\x80\"",
                        "\"a",
                        "'a'"}};
}

auto others() -> values
{
    return {.accepted = {"true", "false", "null", "{}", "[]", "[[],{},[{}]]", "[1,\"a\",null,true]", " [ 1 , 2 ] ",
                         R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", R"({"":1," ":2})", R"({"a":1,"A":2})",
                         R"({"a:b":1,"{":2,"[":3})", R"([":",":","{","["])", "{\"" + std::string(70000, 'n') + "\":1}"},
            .refused = {R"({"a":1,"a":1})",
                        R"({"a":1,"\u0061":2})",
                        R"({"":1,"":2})",
                        R"({"b":{"a":1,"a":2}})",
                        R"([{"a":[],"a":{}}])",
                        R"({"a\u003a":1,"a:":2})",
                        R"({"\u0000":1})",
                        R"({"\ud800":1})",
                        "{\"\xff\":1}",
                        "{a:1}",
                        R"({"a"})",
                        R"({"a":1,})",
                        R"({"a":1 "b":2})",
                        R"({"a":1}{)",
                        "[1,]",
                        "[1 2]",
                        "[",
                        "]",
                        "}",
                        "tru",
                        "True",
                        "nulll",
                        "undefined",
                        "/**/1",
                        "1//x",
                        "\xc2\xa0"
                        "1"}};
}

auto whole() -> std::vector<payload_case>
{
    const auto nested = [](std::size_t depth, const char* open, const char* close) {
        std::string text = R"({"a":)";
        for (std::size_t i = 1; i < depth; ++i) text += open;
        text += "1";
        for (std::size_t i = 1; i < depth; ++i) text += close;
        return text + "}";
    };
    const auto long_as = [](std::size_t bytes) { return R"({"a":")" + std::string(bytes - 8, 'x') + R"("})"; };
    return {{"blanks around it", " \r\n\t{ } ", true},
            {"64 objects deep", nested(64, R"({"a":)", "}"), true},
            {"65 objects deep", nested(65, R"({"a":)", "}"), false},
            {"64 lists deep", nested(64, "[", "]"), true},
            {"65 lists deep", nested(65, "[", "]"), false},
            {"2000 lists deep", nested(2000, "[", "]"), false},
            {"1 MiB", long_as(1 << 20), true},
            {"1 MiB and a byte", long_as((1 << 20) + 1), false},
            {"nothing", "", false},
            {"a list", "[1]", false},
            {"a text", "\"a\"", false},
            {"null", "null", false},
            {"a number", "1", false},
            {"two objects", "{}{}", false},
            {"more after it", "{} x", false},
            {"a byte order mark", "\xef\xbb\xbf{}", false}};
}
// clang-format on

}  // namespace

auto payload_corpus() -> std::vector<payload_case>
{
    auto all = whole();
    const auto add = [&](const json_texts& some, bool accepted) {
        for (const auto& value : some) {
            const auto shown = value.size() > 60 ? value.substr(0, 60) + "..." : value;
            all.push_back({shown, R"({"extra":)" + value + "}", accepted});
            all.push_back({shown + " in a list", R"({"by":"ada","extra":[{"deep":[)" + value + "]}]}", accepted});
        }
    };
    for (const auto& [accepted, refused] : {numbers(), texts(), others()}) add(accepted, true), add(refused, false);
    return all;
}

}  // namespace annals::tests
