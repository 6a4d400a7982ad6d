// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>

#include "parcel.hpp"

/// Needs no database. `given` throws when something else comes out, and says what.
int main()
{
    using namespace parcels;
    using annals::commands::given;
    given<parcel>().when(accept_parcel{"Ada"}).then(parcel_accepted{"Ada"});
    given<parcel>(parcel_accepted{"Ada"}).when(accept_parcel{"Bob"}).then_refused("the parcel was accepted before");
    given<parcel>(parcel_accepted{"Ada"}).when(deliver_parcel{"Cy"}).then(parcel_delivered{"Cy"});
    given<parcel>().when(deliver_parcel{"Cy"}).then_refused("nobody has accepted this parcel");
}
