// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/rounds.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;
using namespace annals::projections;

namespace {

/// Events written `key:type`, in one log.
auto events(const std::vector<std::string>& written) -> std::vector<eventstore::recorded_event>
{
    std::vector<eventstore::recorded_event> all;
    for (const auto& one : written) {
        const auto colon = one.find(':');
        eventstore::recorded_event event;
        event.stream = {"door", one.substr(0, colon)};
        event.type = one.substr(colon + 1);
        event.position.number = static_cast<std::int64_t>(all.size()) + 1;
        all.push_back(event);
    }
    return all;
}

/// The steps as text: `block(key:type key:type) …`, with blocks counted from 1.
auto steps(const std::string& header_and_blocks, const std::vector<std::string>& written) -> std::string
{
    const auto file =
        parse_sql("-- projection: doors\n-- version: 1\n-- categories: door\n" + header_and_blocks, "doors.sql");
    const auto batch = events(written);
    std::string text;
    for (const auto& step : rounds(file).cut(batch)) {
        text += (text.empty() ? "" : " ") + std::to_string(step.block + 1) + "(";
        for (const auto* event : step.events)
            text += (text.ends_with('(') ? "" : " ") + event->stream.key + ":" + event->type;
        text += ")";
    }
    return text;
}

const std::string open_close = "-- apply: open\nselect 1;\n-- apply: close\nselect 1;\n";

}  // namespace

TEST_CASE("a key's events keep their order, and different keys share a round")
{
    CHECK(steps(open_close, {"a:open", "b:open", "a:close", "b:close", "a:open"})
          == "1(a:open b:open) 2(a:close b:close) 1(a:open)");
    CHECK(steps(open_close, {"a:close", "b:open"}) == "1(b:open) 2(a:close)");
}

TEST_CASE("a run continues while the same blocks match, even under another type")
{
    CHECK(steps("-- apply: open, push\nselect 1;\n", {"a:open", "a:push", "a:open"}) == "1(a:open a:push a:open)");
    CHECK(steps("-- apply: *\nselect 1;\n-- apply: close\nselect 1;\n", {"a:open", "a:close"})
          == "1(a:open) 1(a:close) 2(a:close)");
}

TEST_CASE("an event that matches no block is left out and ends no run")
{
    CHECK(steps(open_close, {"a:open", "a:knock", "a:open"}) == "1(a:open a:open)");
    CHECK(steps(open_close, {"a:knock"}).empty());
}

TEST_CASE("without an order the whole batch goes through each block once")
{
    CHECK(steps("-- order: none\n" + open_close, {"a:open", "a:close", "a:open"}) == "1(a:open a:open) 2(a:close)");
}

TEST_CASE("in strict order no event overtakes another, whatever its key")
{
    CHECK(steps("-- order: strict\n" + open_close, {"a:open", "b:open", "a:close", "c:open"})
          == "1(a:open b:open) 2(a:close) 1(c:open)");
}
