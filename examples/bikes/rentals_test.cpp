// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>

#include "bike.hpp"

using namespace shop;
using namespace annals::testing;

int main()
{
    const annals::eventstore::new_event in_seconds{.type = "bike.returned",
                                                   .data = R"({"customer": "C-1", "seconds": 1200})"};

    given_sql("rentals.sql", on<bike>("B-1", bike_rented{"C-1"}, bike_returned{"C-1", 5}, bike_rented{"C-2"}),
              on<bike>("B-2", bike_rented{"C-1"}), on({"bike", "B-2"}, in_seconds))
        .then_rows("select bike, rentals, minutes from read.rentals", {{"B-1", 2, 5}, {"B-2", 1, 20}});
}
