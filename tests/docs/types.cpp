// SPDX-License-Identifier: Apache-2.0
// The code of docs/reference/types.md, compiled. readme_test.cpp checks that it is the same.
#include <annals/facts/event_type.hpp>
#include <annals/projections/given.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <variant>

namespace bike_types {

// clang-format off
struct customer_id {
    int number = 0;
    auto operator<=>(const customer_id&) const = default;
};
auto to_string(const customer_id& id) -> std::string { return "C-" + std::to_string(id.number); }
auto customer_from(const std::string& text) -> customer_id
{
    if (!text.starts_with("C-")) throw std::invalid_argument("it begins with C-");
    return {std::stoi(text.substr(2))};
}
ANNALS_TEXT(customer_id, to_string, customer_from)

struct card    { std::string number; };
struct invoice { int days = 30; };
ANNALS_FIELDS(card, number)
ANNALS_FIELDS(invoice, days)

struct bike_rented {
    customer_id by;
    std::chrono::sys_days day;
    std::variant<card, invoice> paid_by;
};
ANNALS_EVENT(bike_rented, "bike.rented", by, day, paid_by)

struct rides {
    static constexpr annals::projections::header header{.projection = "rides", .version = 1, .categories = "bike"};
    using event = std::variant<bike_rented>;
    int count = 0;
static auto key(const bike_rented& fact) { return fact.by; }           // "C-7"
    void evolve(const bike_rented&) { ++count; }
};
ANNALS_FIELDS(rides, count)
// clang-format on

}  // namespace bike_types

TEST_CASE("a value is stored as the page of types says")
{
    using namespace bike_types;
    const bike_rented fact{
        .by = {7}, .day = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27}, .paid_by = invoice{14}};
    CHECK(annals::facts::to_new_event(fact).data
          == R"({"by":"C-7","day":"2026-11-27","paid_by":{"invoice":{"days":14}}})");
    annals::projections::given<rides>(fact).then("C-7", {.count = 1});
}
