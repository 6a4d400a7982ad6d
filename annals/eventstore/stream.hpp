// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// The events of one aggregate: a category such as `sample` and a key within it. Written `category-key`; a category
/// holds no `-`, so the first one ends it.
struct stream_id {
    std::string category;
    std::string key;

    auto operator<=>(const stream_id&) const = default;
};

auto to_string(const stream_id&) -> std::string;

/// Reads `category-key`. Throws `invalid_request` when there is no `-` or a name breaks a rule of `limits.hpp`.
auto parse_stream(std::string_view text) -> stream_id;

/// An event's number in its stream: 1, 2, 3 … without gaps. 0: the stream does not exist.
struct stream_version {
    std::int64_t number = 0;

    auto operator<=>(const stream_version&) const = default;
};

/// An event's number in its log: 1, 2, 3 … without gaps, in commit order. 0: before the first event.
struct log_position {
    std::int64_t number = 0;

    auto operator<=>(const log_position&) const = default;
};

template <class Number>
concept number_of_event = std::same_as<Number, stream_version> || std::same_as<Number, log_position>;

/// The number so many events later.
template <number_of_event Number>
constexpr auto operator+(Number from, std::int64_t events) -> Number
{
    return {from.number + events};
}
/// The number so many events earlier.
template <number_of_event Number>
constexpr auto operator-(Number from, std::int64_t events) -> Number
{
    return {from.number - events};
}
/// How many events there are after `from`, up to and including `upto`.
template <number_of_event Number>
constexpr auto operator-(Number upto, Number from) -> std::int64_t
{
    return upto.number - from.number;
}
/// The next event's number.
template <number_of_event Number>
constexpr auto operator++(Number& number) -> Number&
{
    ++number.number;
    return number;
}

/// One partition of one category: the unit of order, publishing and processing. Written `category/partition`.
struct log_id {
    std::string category;
    int partition = 0;

    auto operator<=>(const log_id&) const = default;
};

auto to_string(const log_id&) -> std::string;

/// All streams of one kind. The number of partitions is chosen at creation and never changes.
struct category {
    std::string name = {};
    int partitions = 8;

    auto operator<=>(const category&) const = default;
};

}  // namespace annals::eventstore
