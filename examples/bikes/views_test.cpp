// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>

#include "bike.hpp"
#include "bike_card.hpp"
#include "customer.hpp"
#include "customer_card.hpp"

using namespace shop;
using namespace annals::testing;

namespace {

void a_bike_has_a_card()
{
    const bike_registered registered{"F-7", "Rosinante"};

    given<bike_card>(registered, bike_rented{"C-1"})
        .then(bike_card{.frame = "F-7", .called = "Rosinante", .is = whereabouts::out, .rider = "C-1"});
    given<bike_card>(registered, bike_renamed{"Rocinante"}, bike_repaired{"tyre"})
        .then(bike_card{.frame = "F-7", .called = "Rocinante", .repairs = 1});
}

void a_customer_has_a_card()
{
    const annals::eventstore::new_event in_seconds{.type = "bike.returned",
                                                   .data = R"({"customer": "C-1", "seconds": 1200})"};

    given<customer_card>(on<customer>("C-1", customer_joined{"Ada"}, email_given{"ada@example.org"}, bike_taken{"B-2"}),
                         on<bike>("B-1", bike_rented{"C-1"}, bike_returned{"C-1", 5}), on({"bike", "B-2"}, in_seconds))
        .then("C-1",
              customer_card{.called = "Ada", .email = "ada@example.org", .rides = "B-2", .rentals = 2, .minutes = 25})
        .then_no_row("B-1");
}

} // namespace

int main()
{
    a_bike_has_a_card();
    a_customer_has_a_card();
}
