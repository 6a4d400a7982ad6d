// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/facts/event_type.hpp>

#include <string>
#include <variant>

namespace parcels {

// clang-format off
struct parcel_accepted  { std::string to; };         // facts
struct parcel_delivered { std::string courier; };
ANNALS_EVENT(parcel_accepted, "parcel.accepted", to)
ANNALS_EVENT(parcel_delivered, "parcel.delivered", courier)

struct accept_parcel  { std::string to; };           // commands
struct deliver_parcel { std::string courier; };
ANNALS_FIELDS(accept_parcel, to)                     // so that it may arrive as JSON
ANNALS_FIELDS(deliver_parcel, courier)
// clang-format on

/// What may happen to a parcel.
struct parcel {
    static constexpr auto category = "parcel";
    using event = std::variant<parcel_accepted, parcel_delivered>;
    using decision = annals::commands::decision<event>;

    auto decide(const accept_parcel& command) const -> decision
    {
        if (is_accepted) return annals::commands::refuse("the parcel was accepted before");
        return parcel_accepted{command.to};
    }
    auto decide(const deliver_parcel& command) const -> decision
    {
        if (!is_accepted) return annals::commands::refuse("nobody has accepted this parcel");
        if (is_delivered) return {};             // nothing new
        return parcel_delivered{command.courier};
    }

    void evolve(const parcel_accepted&) { is_accepted = true; }
    void evolve(const parcel_delivered&) { is_delivered = true; }

    bool is_accepted = false, is_delivered = false;
};

}  // namespace parcels
