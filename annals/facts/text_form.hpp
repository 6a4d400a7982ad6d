// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/timestamp.hpp>
#include <annals/eventstore/uuid.hpp>

#include <chrono>
#include <concepts>
#include <ratio>
#include <string>
#include <string_view>

/// Types that are stored as a text: times, dates, UUIDs, and those of a program (`own_text.hpp`).
namespace annals::facts {

namespace detail {

/// These throw `invalid_request` outside the years 0000 to 9999, and for a text that is none.
auto text_of_time(eventstore::timestamp) -> std::string;
auto text_of_date(std::chrono::sys_days) -> std::string;
auto date_from(std::string_view) -> std::chrono::sys_days;

[[noreturn]] void refuse_text(std::string_view text, const std::string& problem);

}  // namespace detail

/// How a type is stored as a text. `expected` names it in messages, `column` is its SQL type, and types of one
/// `shape` read each other's texts. `write` and `read` throw `invalid_request`.
template <class T>
struct text_form;

template <class T>
concept stored_as_text = requires { text_form<T>::column; };

template <>
struct text_form<eventstore::uuid> {
    static constexpr auto expected = "a UUID", column = "uuid";
    static auto shape() -> std::string { return "uuid"; }
    static auto write(const eventstore::uuid& id) -> std::string { return eventstore::to_string(id); }
    static auto read(std::string_view text) -> eventstore::uuid { return eventstore::parse_uuid(text); }
};

template <>
struct text_form<std::chrono::sys_days> {
    static constexpr auto expected = "a date", column = "date";
    static auto shape() -> std::string { return "date"; }
    static auto write(std::chrono::sys_days date) -> std::string { return detail::text_of_date(date); }
    static auto read(std::string_view text) -> std::chrono::sys_days { return detail::date_from(text); }
};

/// `timestamp`, `system_clock::time_point` and the like. What is finer than a microsecond is cut.
template <class Duration>
    requires(std::integral<typename Duration::rep> && std::ratio_less_equal_v<typename Duration::period, std::ratio<1>>)
struct text_form<std::chrono::sys_time<Duration>> {
    using time = std::chrono::sys_time<Duration>;
    static constexpr bool finer = std::ratio_less_v<typename Duration::period, std::micro>;
    static constexpr bool coarser = std::ratio_less_v<std::micro, typename Duration::period>;

    static constexpr auto expected = "a time", column = "timestamptz";
    static auto shape() -> std::string
    {
        return coarser ? "time to 1/" + std::to_string(Duration::period::den) + " s" : "time";
    }

    static auto write(time at) -> std::string
    {
        using namespace std::chrono;
        if constexpr (coarser)
            if (at < sys_days{year{0} / January / 1} || at >= sys_days{year{10000} / January / 1})
                return detail::text_of_time(eventstore::timestamp::max());
        const auto cut = floor<microseconds>(at);
        if constexpr (finer)
            if (cut < ceil<microseconds>(time::min()))
                throw eventstore::invalid_request("a time is before those that its type can read");
        return detail::text_of_time(cut);
    }

    static auto read(std::string_view text) -> time
    {
        using namespace std::chrono;
        const auto at = eventstore::parse_timestamp(text);
        if constexpr (finer)
            if (at < ceil<microseconds>(time::min()) || at > floor<microseconds>(time::max()))
                detail::refuse_text(text, "is out of range");
        const auto cut = floor<Duration>(at);
        if constexpr (coarser)
            if (cut != at) detail::refuse_text(text, "has more digits than the field keeps");
        return cut;
    }
};

}  // namespace annals::facts
