// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>

#include "parcel_card.hpp"

/// The view needs no database; the SQL projection gets a temporary one on the server of PGHOST and the like.
int main()
{
    using namespace parcels;
    using annals::testing::given, annals::testing::given_sql, annals::testing::on;
    given<parcel_card>(on<parcel>("P-1", parcel_accepted{"Ada"}), on<parcel>("P-2", parcel_accepted{"Bob"}),
                       on<parcel>("P-1", parcel_delivered{"Cy"}))
        .then("P-1", {"Ada", "delivered by Cy"});
    given_sql("deliveries.sql", on<parcel>("P-1", parcel_delivered{"Cy"}), on<parcel>("P-2", parcel_delivered{"Cy"}))
        .then_rows("select courier, parcels from read.deliveries", {{"Cy", 2}});
}
