// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>

/// Facts with a past: older versions, former names, and events that became several others.
namespace annals::tests::old_laboratory {

// clang-format off
/// Long ago one event said that a sample had come, had been measured, and where it was stored.
struct arrived  { std::string at; double volume_ul = 0; };
/// Later, one event said by whom and where it was measured, if it was.
struct received { std::string by, place; std::optional<double> volume_ml; };
struct measured { double volume_ml = 0; std::string by; };
struct put_away { std::string place; };
struct archived {};

ANNALS_EVENT(arrived,  "sample.arrived",  at, volume_ul)
ANNALS_EVENT(received, "sample.received", by, place, volume_ml)
ANNALS_FORMER_EVENTS(received, arrived)
ANNALS_EVENT(measured, "sample.measured", volume_ml, by)
ANNALS_FORMER_EVENTS(measured, received)
ANNALS_EVENT(put_away, "sample.put_away", place)
ANNALS_FORMER_NAMES(put_away, "sample.shelved", "sample.stored")
ANNALS_FORMER_EVENTS(put_away, received)
ANNALS_EVENT(archived, "sample.archived")
// clang-format on

/// 1 → 2: volumes were microlitres.
inline void upcast(facts::from_version<measured, 1>, eventstore::json& stored)
{
    stored["volume_ml"] = stored.at("volume_ul").get<double>() / 1000;
}

/// 2 → 3: the person who measured was called `user`.
inline void upcast(facts::from_version<measured, 2>, eventstore::json& stored)
{
    stored["by"] = stored.value("user", "");
}

/// 1 → 2: only shelves were known, when it was called shelved.
inline void upcast(facts::from_version<put_away, 1>, eventstore::json& stored)
{
    stored["place"] = "shelf " + stored.value("shelf", "?");
}

/// 1 → 2: the person who received it was not recorded.
inline void upcast(facts::from_version<received, 1>, eventstore::json& stored) { stored["by"] = "the desk"; }

inline auto upcast(const arrived& was) -> received
{
    return {.by = "", .place = was.at, .volume_ml = was.volume_ul / 1000};
}

inline auto upcast(const received& was) -> std::tuple<std::optional<measured>, put_away>
{
    if (was.place.empty()) throw std::invalid_argument("no place");
    std::optional<measured> first;
    if (was.volume_ml) first = measured{*was.volume_ml, was.by};
    return {first, put_away{was.place}};
}

}  // namespace annals::tests::old_laboratory
