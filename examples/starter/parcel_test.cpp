// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <annals/projections/given.hpp>

#include "parcel_card.hpp"

#include <exception>
#include <iostream>

/// `given` throws when what comes out differs. No database is needed, and no test library.
int main()
try {
    using namespace parcels;
    using annals::commands::given;

    given<parcel>().when(accept_parcel{"Ada"}).then(parcel_accepted{"Ada"});
    given<parcel>(parcel_accepted{"Ada"}).when(accept_parcel{"Bob"}).then_refused("the parcel was accepted before");
    given<parcel>(parcel_accepted{"Ada"}).when(deliver_parcel{"Cy"}).then(parcel_delivered{"Cy"});
    given<parcel>().when(deliver_parcel{"Cy"}).then_refused("nobody has accepted this parcel");

    annals::projections::given<parcel_card>(parcel_accepted{"Ada"}, parcel_delivered{"Cy"})
        .then(parcel_card{"Ada", "delivered by Cy"});
    std::cout << "all as expected\n";
} catch (const std::exception& difference) {
    std::cerr << difference.what() << '\n';
    return 1;
}
