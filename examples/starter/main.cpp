// SPDX-License-Identifier: Apache-2.0
#include <annals/annals.hpp>

#include "parcel_card.hpp"

int main(int argc, char** argv)
{
    using namespace parcels;
    return annals::cli::program{"parcels", "Parcels on their way."}
        .aggregate<parcel, accept_parcel, deliver_parcel>()
        .projections<parcel_card>()
        .sql("deliveries.sql")
        .run(argc, argv);
}
