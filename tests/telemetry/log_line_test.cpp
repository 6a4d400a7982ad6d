// SPDX-License-Identifier: Apache-2.0
#include <annals/telemetry/log_line.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace annals::telemetry;

TEST_CASE("as text a line has its level, its message, and its fields in quotes where they need them")
{
    const std::vector<field> fields{
        {"projection", "bikes"}, {"version", 2}, {"problem", "no \"room\""}, {"took_s", 0.5}, {"first", true}};
    CHECK(as_text(level::warning, "it fails", fields)
          == R"(warning it fails projection=bikes version=2 problem="no \"room\"" took_s=0.5 first=true)");
    CHECK(as_text(level::info, "started", {}) == "info    started");
}

TEST_CASE("as JSON a line has its fields as members: texts in quotes, numbers and booleans without")
{
    const std::vector<field> fields{{"projection", "bikes"}, {"version", 2}, {"problem", "a\nb"}, {"first", false}};
    CHECK(as_json_members(level::error, "it \"stops\"", fields)
          == R"("level": "error", "message": "it \"stops\"", "projection": "bikes", "version": 2, )"
             R"("problem": "a\u000ab", "first": false)");
}
