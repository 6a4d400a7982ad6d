// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/view/view.hpp>

#include "parcel.hpp"

namespace parcels {

/// A read model: one row a parcel, in `read.parcel_card`.
struct parcel_card {
    static constexpr annals::projections::header header{
        .projection = "parcel_card", .version = 1, .categories = "parcel"};
    using event = parcel::event;

    std::string to;
    std::string status = "on its way";
    void evolve(const parcel_accepted& fact) { to = fact.to; }
    void evolve(const parcel_delivered& fact) { status = "delivered by " + fact.courier; }
};
ANNALS_FIELDS(parcel_card, to, status)

}  // namespace parcels
