// SPDX-License-Identifier: Apache-2.0
#include <tests/facts/hostile_json.hpp>

#include <rapidcheck.h>

namespace annals::tests {
namespace {

auto any_of(const json_texts& some) -> std::string { return *rc::gen::elementOf(some); }

auto any_blank() -> std::string { return *rc::gen::weightedElement<std::string>({{20, ""}, {2, " "}, {1, "\r\n\t"}}); }

auto any_value() -> std::string
{
    const auto kind = *rc::gen::inRange(0, 16);
    if (kind == 0) return any_of(not_json);
    if (kind == 1) return "[" + any_of(json_numbers) + "," + any_of(json_strings) + "]";
    if (kind == 2) return "{" + any_of(json_strings) + ":" + any_of(json_others) + "}";
    if (kind < 6) return any_of(json_others);
    return any_of(kind < 10 ? json_strings : json_numbers);
}

/// The same name for a reader: its first letter as an escape.
auto escaped(const std::string& name) -> std::string
{
    constexpr auto digits = "0123456789abcdef";
    return std::string("\\u00") + digits[name[0] / 16] + digits[name[0] % 16] + name.substr(1);
}

auto any_member(const std::vector<json_member>& members) -> std::string
{
    const auto& [name, fitting] = *rc::gen::elementOf(members);
    const auto spelling = *rc::gen::inRange(0, 24);
    auto written = "\"" + (spelling == 0 ? escaped(name) : name) + "\"";
    if (spelling == 1) written = any_of(json_strings);
    const auto value = *rc::gen::inRange(0, 8) == 0 ? any_value() : any_of(*fitting);
    return any_blank() + written + any_blank() + ":" + any_blank() + value + any_blank();
}

}  // namespace

// clang-format off                                  // pools; one kind of edge a line
const json_texts json_numbers{"0",
                              "-0",
                              "1",
                              "-1",
                              "127",
                              "128",
                              "-128",
                              "-129",
                              "65535",
                              "65536",
                              "2147483647",
                              "2147483648",
                              "-2147483649",
                              "9223372036854775807",
                              "9223372036854775808",
                              "-9223372036854775808",
                              "-9223372036854775809",
                              "18446744073709551615",
                              "18446744073709551616",
                              "123456789012345678901234567890",
                              "16777217",
                              "9007199254740993",
                              "1152921573326323713",
                              "0.0",
                              "-0.0",
                              "1.0",
                              "1e0",
                              "1E+2",
                              "0.1",
                              "1e22",
                              "1e23",
                              "9007199254740992.5",
                              "5e-324",
                              "2.2250738585072011e-308",
                              "1.7976931348623157e308",
                              "1e308",
                              "1e309",
                              "-1e400",
                              "1e-400",
                              "0.1000000000000000055511151231257827021181583404541015625"};
const json_texts json_strings{R"("")",
                              R"("low")",
                              R"("high")",
                              R"("lo\u0077")",
                              R"("low\u0000x")",
                              R"("LOW")",
                              R"("1")",
                              R"("é\n\t\"\\\/")",
                              R"("\ud83d\ude00\u00e9")",
                              "\"\x7f\"",
                              "\"\xf0\x9f\x98\x80\"",
                              R"("2024-01-31T08:15:00Z")",
                              R"("2024-01-31 08:15:00.1234567+01:00")",
                              R"("2024-02-30T08:15:00Z")",
                              R"("yesterday")"};
const json_texts json_others{"true",
                             "false",
                             "null",
                             "{}",
                             "[]",
                             "[true,false]",
                             "[1,null,3]",
                             R"([1,null,"a",{"b":[]}])",
                             R"({"label":"A","volume_ml":2})",
                             R"({"volume_ml":null,"label":"A","more":[{}]})",
                             R"({"label":"A","label":"B"})",
                             R"([{"label":"A"},{"volume_ml":null}])",
                             R"({"a":{"label":"A"},"b":{}})",
                             R"({"a":[1,2],"b":[]})",
                             R"({"a":[1],"\u0061":[2]})",
                             R"({"a":{"label":"A"},"a":{"volume_ml":2}})"};
const json_texts not_json{"",
                          "01",
                          "+1",
                          "1.",
                          ".5",
                          "1e",
                          "-",
                          "--1",
                          "NaN",
                          "Infinity",
                          "0x10",
                          "tru",
                          "nulll",
                          "'a'",
                          "\"\x01\"",
                          "\"\xff\"",
                          "\"\xc3\"",
                          "\"\xc0\xaf\"",
                          "\"\xed\xa0\x80\"",
                          "\"\xf4\x90\x80\x80\"",
                          R"("\ud800")",
                          R"("\udc00\ud800")",
                          R"("\x")",
                          R"("\u12")",
                          "\"a",
                          "[1,]",
                          "[1 2]",
                          "[",
                          "}",
                          R"({"a"})",
                          "{a:1}",
                          R"({"a":1,})",
                          R"({"a":1}{)",
                          "/**/1"};
// clang-format on

auto any_document(const std::vector<json_member>& members) -> std::string
{
    std::string inside;
    for (int count = *rc::gen::inRange(0, 6); count > 0; --count)
        inside += (inside.empty() ? "" : ",") + any_member(members);
    auto text = any_blank() + "{" + inside + "}" + any_blank();
    if (*rc::gen::inRange(0, 8) == 0) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        text.replace(at, *rc::gen::inRange<std::size_t>(0, 3), any_value());
    }
    return text;
}

}  // namespace annals::tests
