// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/annals.hpp>

#include <cstdint>
#include <string>
#include <tuple>

/// What happened in the shop, and what older programs of the shop have written.
namespace shop {

using namespace annals;

// clang-format off
struct bike_registered { std::string frame, name; };
struct bike_renamed    { std::string name; };
struct bike_rented     { std::string customer; };
struct bike_returned   { std::string customer; std::int64_t minutes = 0; };
struct bike_repaired   { std::string part; };
struct bike_retired    {};
ANNALS_EVENT(bike_registered, "bike.registered", frame, name)
ANNALS_EVENT(bike_renamed,    "bike.renamed",    name)
ANNALS_EVENT(bike_rented,     "bike.rented",     customer)
ANNALS_EVENT(bike_returned,   "bike.returned",   customer, minutes)
ANNALS_EVENT(bike_repaired,   "bike.repaired",   part)
ANNALS_EVENT(bike_retired,    "bike.retired")

struct frame_taken    {};
struct frame_released {};
ANNALS_EVENT(frame_taken,    "frame.taken")
ANNALS_EVENT(frame_released, "frame.released")

struct customer_joined { std::string name; };
struct email_given     { std::string email; };
struct bike_taken      { std::string bike; };
struct bike_left       { std::string bike; };
ANNALS_EVENT(customer_joined, "customer.joined",      name)
ANNALS_EVENT(email_given,     "customer.email_given", email)
ANNALS_EVENT(bike_taken,      "customer.bike_taken",  bike)
ANNALS_EVENT(bike_left,       "customer.bike_left",   bike)
// clang-format on

/// 1 → 2: rides were measured in seconds.
inline void upcast(facts::from_version<bike_returned, 1>, eventstore::json& stored)
{
    stored["minutes"] = stored.at("seconds").get<std::int64_t>() / 60;
}

ANNALS_FORMER_NAMES(bike_repaired, "bike.fixed")

/// An e-mail address was a part of joining, and could never change.
struct customer_registered {
    std::string name, email;
};
ANNALS_EVENT(customer_registered, "customer.registered", name, email)
ANNALS_FORMER_EVENTS(customer_joined, customer_registered)
ANNALS_FORMER_EVENTS(email_given, customer_registered)

inline auto upcast(const customer_registered& was) -> std::tuple<customer_joined, email_given>
{
    return {{was.name}, {was.email}};
}

} // namespace shop
