// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/event.hpp>
#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
#include <annals/facts/upcasting.hpp>

#include <string>
#include <string_view>
#include <variant>

/// Facts: plain structs with a stored type name.
namespace annals::facts {

template <class T>
concept fact = described_struct<T> && requires(const T* type) {
    { annals_event_name(type) } -> std::convertible_to<std::string_view>;
};

/// The stored type name of a fact.
template <fact Fact>
constexpr auto type_of() -> std::string_view
{
    return annals_event_name(static_cast<const Fact*>(nullptr));
}

namespace detail {

/// Throws `invalid_request` when a fact's stored form would be read as another value, or not at all.
template <fact Fact>
void check_reads_back(const std::string& data)
{
    std::string again;
    try {
        again = eventstore::to_text(encode(decode<Fact>(data, "it")), "it");
    } catch (const eventstore::mismatch& problem) {
        throw eventstore::invalid_request(std::string("it could not be read back: ") + problem.what());
    }
    if (again != data) throw eventstore::invalid_request("it would be read back as " + again + ", and is " + data);
}

}  // namespace detail

/// A fact in its stored form, with a new id. Throws `invalid_request` for what could not be read back. Builds with
/// assertions read every fact back to be sure.
template <fact Fact>
auto to_new_event(const Fact& value) -> eventstore::new_event
{
    constexpr auto type = type_of<Fact>();
    try {
        eventstore::new_event made{.type = std::string(type),
                                   .schema_version = schema_version_of<Fact>(),
                                   .data = eventstore::to_text(encode(value), "it"),
                                   .occurred_at = {}};
#ifndef NDEBUG
        detail::check_reads_back<Fact>(made.data);
#endif
        return made;
    } catch (const eventstore::invalid_request& problem) {
        throw eventstore::invalid_request(std::string(type) + " cannot be stored: " + problem.what());
    }
}

template <class... Facts>
auto to_new_event(const std::variant<Facts...>& value) -> eventstore::new_event
{
    return std::visit([](const auto& alternative) { return to_new_event(alternative); }, value);
}

}  // namespace annals::facts

/// Makes a struct a fact, stored under a name and with all its fields: a contract with everything ever written.
/// Write it directly below the struct, in its namespace.
#define ANNALS_EVENT(Type, name, ...)              \
    ANNALS_FIELDS(Type __VA_OPT__(, ) __VA_ARGS__) \
    [[maybe_unused]] constexpr auto annals_event_name(const Type*) -> ::std::string_view { return name; }
