// SPDX-License-Identifier: Apache-2.0
#include "bike.hpp"
#include "bike_card.hpp"
#include "customer.hpp"
#include "customer_card.hpp"

using namespace shop;

int main(int argc, char** argv)
{
    return annals::cli::program{"bikes", "Bikes, and who rides them."}
        .aggregate<bike, register_bike, rename_bike, rent_bike, return_bike, repair_bike, retire_bike>()
        .aggregate<customer, join_shop, change_email, take_bike, leave_bike>()
        .aggregate<frame>()
        .projections<bike_card, customer_card>()
        .sql("rentals.sql")
        .run(argc, argv);
}
