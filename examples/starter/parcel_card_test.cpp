// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/given.hpp>

#include "parcel_card.hpp"

int main()
{
    using namespace parcels;
    using annals::projections::given;

    given<parcel_card>(parcel_accepted{"Ada"}).then(parcel_card{"Ada", "on its way"});
    given<parcel_card>(parcel_accepted{"Ada"}, parcel_delivered{"Cy"}).then(parcel_card{"Ada", "delivered by Cy"});
}
