// SPDX-License-Identifier: Apache-2.0
#include <tests/projections/sql/random_events.hpp>

#include <chrono>
#include <string>

namespace annals::tests {
namespace {

/// Nothing, numbers that SQL can read, and what it cannot.
auto any_number() -> rc::Gen<std::string>
{
    return rc::gen::weightedOneOf<std::string>(
        {{4, rc::gen::just(std::string())},
         {14, rc::gen::element<std::string>("1", "7", "0", "-3", "25", "\" 4 \"", "null")},
         {1, rc::gen::element<std::string>("\"\"", "\"x\"", "1.5", "99999999999", "1e300", "true", "[1]", "{\"a\":1}",
                                           "-7")}});
}

auto any_text() -> rc::Gen<std::string>
{
    return rc::gen::element<std::string>("", "null", "\"ada\"", "\"bob\"", "\"\"", R"("ä'\"\\ %\n")", "[\"x\"]", "7");
}

auto any_payload() -> std::string
{
    const auto number = *any_number();
    const auto text = *any_text();
    return "{" + (number.empty() ? "" : "\"n\":" + number) + (number.empty() || text.empty() ? "" : ",")
           + (text.empty() ? "" : "\"who\":" + text) + "}";
}

auto made_event() -> random_event
{
    const auto category = *rc::gen::element<std::string>("thing", "thing", "other");
    const auto key = *rc::gen::element<std::string>("a", "b", "C d", "\u00e4");
    eventstore::new_event event{.type = *rc::gen::weightedElement<std::string>(
                                    {{6, "thing.put"}, {4, "thing.add"}, {3, "thing.drop"}, {1, "note"}}),
                                .data = any_payload()};
    if (*rc::gen::arbitrary<bool>())
        event.occurred_at =
            eventstore::parse_timestamp("2026-01-01T00:00:00Z") + std::chrono::minutes(*rc::gen::inRange(0, 400));
    return {{category, key}, std::move(event)};
}

}  // namespace

auto operator<<(std::ostream& to, const random_event& of) -> std::ostream&
{
    to << to_string(of.stream) << " " << of.event.type << " " << of.event.data;
    if (of.event.occurred_at) to << " " << eventstore::to_string(*of.event.occurred_at);
    return to;
}

auto any_event() -> rc::Gen<random_event> { return rc::gen::exec(made_event); }

}  // namespace annals::tests
