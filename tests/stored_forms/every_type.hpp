// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

/// A fact with a field of each type that can be stored. Its form never changes: logs hold such fields.
namespace every_type {

enum class urgency { low, high };
ANNALS_ENUM(urgency, low, high)

struct barcode {
    std::string digits;
    auto operator<=>(const barcode&) const = default;
};
inline auto text_of(const barcode& one) -> std::string { return "B-" + one.digits; }
inline auto barcode_from(const std::string& text) -> barcode { return {text.substr(2)}; }
ANNALS_TEXT(barcode, text_of, barcode_from)

struct card {
    std::string number;
};
struct invoice {
    int days = 30;
};
ANNALS_FIELDS(card, number)
ANNALS_FIELDS(invoice, days)

struct every {
    bool flag = false;
    std::int64_t whole = 0;
    double real = 0;
    std::string text;
    urgency priority = urgency::low;
    barcode code;
    annals::eventstore::uuid id{};
    annals::eventstore::timestamp at;
    std::chrono::system_clock::time_point clock;
    std::chrono::sys_seconds second;
    std::chrono::sys_days day;
    std::chrono::milliseconds took{};
    std::optional<int> set, unset;
    std::vector<int> list;
    std::set<std::string> words;
    std::array<double, 2> place{};
    std::map<std::string, int> by_name;
    std::map<int, int> by_number;
    std::map<urgency, int> by_urgency;
    std::map<barcode, int> by_code;
    std::variant<card, invoice> paid_by;
    card own;
    annals::eventstore::json any;
};
ANNALS_EVENT(every, "type.every", flag, whole, real, text, priority, code, id, at, clock, second, day, took, set, unset,
             list, words, place, by_name, by_number, by_urgency, by_code, paid_by, own, any)

}  // namespace every_type
