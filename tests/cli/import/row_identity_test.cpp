// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_counts.hpp>
#include <annals/cli/import/row_identity.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

using namespace annals::cli::imports;
using namespace annals::eventstore;

namespace {

const stream_id a{"visit", "A"};
const auto noon = parse_timestamp("2024-12-30T12:00:00Z");

}  // namespace

TEST_CASE("rows differ by stream, type, time and payload")
{
    const auto one = content_of(a, "t", noon, R"({"n":1})");
    CHECK(content_of(a, "t", noon, R"({"n":1})") == one);
    CHECK(content_of({"visit", "B"}, "t", noon, R"({"n":1})") != one);
    CHECK(content_of({"visits", "A"}, "t", noon, R"({"n":1})") != one);
    CHECK(content_of(a, "u", noon, R"({"n":1})") != one);
    CHECK(content_of(a, "t", noon + std::chrono::microseconds{1}, R"({"n":1})") != one);
    CHECK(content_of(a, "t", {}, R"({"n":1})") != one);
    CHECK(content_of(a, "t", noon, R"({"n":1.0})") != one);
    CHECK(content_of(a, "t", noon, R"({"n":"1"})") != one);
    CHECK(id_of_row(one, 1) != id_of_row(one, 2));
    CHECK(id_of_source(a, "1") != id_of_source(a, "2"));
}

TEST_CASE("the order of a payload's members does not make another row, but that within a value does")
{
    const auto one = content_of(a, "t", noon, R"({"a":"x,\"y","b":[1,{"c":2,"d":3}],"e":{}})");
    CHECK(content_of(a, "t", noon, R"({"e":{},"b":[1,{"c":2,"d":3}],"a":"x,\"y"})") == one);
    CHECK(content_of(a, "t", noon, R"({"a":"x,\"y","b":[{"c":2,"d":3},1],"e":{}})") != one);
    CHECK(content_of(a, "t", noon, R"({"a":"x","b":"y"})") != content_of(a, "t", noon, R"({"a":"y","b":"x"})"));
    CHECK(content_of(a, "t", noon, "{}") != content_of(a, "t", noon, R"({"":""})"));
}

TEST_CASE("each content has a count of its own, however many there are")
{
    const bool holds = rc::check([] {
        const auto numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 500));
        row_counts counts;
        std::map<int, std::uint32_t> expected;
        for (const auto number : numbers) {
            ++counts.of(uuid_of_name(std::to_string(number))).in_file;
            ++expected[number];
        }
        for (const auto& [number, count] : expected)
            RC_ASSERT(counts.of(uuid_of_name(std::to_string(number))).in_file == count);
        RC_ASSERT(counts.of(uuid_of_name("another")).in_file == 0U);
    });
    CHECK(holds);
}
