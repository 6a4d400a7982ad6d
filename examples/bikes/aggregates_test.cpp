// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>

#include "bike.hpp"
#include "customer.hpp"

using namespace shop;
using namespace annals::testing;
using annals::commands::recorded;
using namespace std::chrono_literals;

namespace {

const bike_registered registered{"F-7", "Rosinante"};

void a_bike_is_registered_rented_and_returned()
{
    const annals::eventstore::timestamp noon = std::chrono::sys_days{2026y / 11 / 27} + 12h;

    given<bike>().when(register_bike{"F-7", "Rosinante"}).then(registered).then_claims<frame>("F-7");
    given<bike>().when(rent_bike{"C-1"}).then_refused("this bike is not in the shop");
    given<bike>(registered).when(rent_bike{"C-1"}).then(bike_rented{"C-1"});
    given<bike>(registered, bike_rented{"C-1"}).when(rent_bike{"C-2"}).then_refused("this bike is not in the shop");
    given<bike>(registered, recorded(noon, bike_rented{"C-1"}))
        .when(return_bike{"C-1"}, {.now = noon + 20min})
        .then(bike_returned{"C-1", 20});
}

void a_bike_is_renamed_repaired_and_retired()
{
    given<bike>(registered).when(rename_bike{"Rosinante"}).then_nothing();
    given<bike>(registered).when(rename_bike{"Rocinante"}).then(bike_renamed{"Rocinante"});
    given<bike>(registered).when(repair_bike{"tyre"}).then(bike_repaired{"tyre"});
    given<bike>(registered).when(retire_bike{}).then(bike_retired{}).then_releases<frame>("F-7");
    given<bike>(registered, bike_retired{}).when(retire_bike{}).then_nothing();
}

void a_customer_has_at_most_one_bike()
{
    const customer_joined joined{"Ada"};
    const email_given email{"ada@example.org"};

    given<customer>().when(join_shop{"Ada", "ada@example.org"}).then(joined, email);
    given<customer>(joined, email).when(change_email{"ada@example.org"}).then_nothing();
    given<customer>().when(take_bike{"B-1"}).then_refused("there is no such customer");
    given<customer>(joined).when(take_bike{"B-1"}).then(bike_taken{"B-1"});
    given<customer>(joined, bike_taken{"B-1"}).when(take_bike{"B-2"}).then_refused("this customer has a bike already");
    given<customer>(joined, bike_taken{"B-1"}).when(leave_bike{"B-1"}).then(bike_left{"B-1"});
}

void what_older_programs_wrote_is_read()
{
    const annals::eventstore::new_event fixed{.type = "bike.fixed", .data = R"({"part": "tyre"})"};
    const annals::eventstore::new_event returned{.type = "bike.returned",
                                                 .data = R"({"customer": "C-1", "seconds": 1200})"};
    const annals::eventstore::new_event joined{.type = "customer.registered",
                                               .data = R"({"name": "Ada", "email": "ada@example.org"})"};

    given<bike>(registered, bike_rented{"C-1"}, returned, fixed).when(rent_bike{"C-2"}).then(bike_rented{"C-2"});
    given<customer>(joined).when(change_email{"ada@example.org"}).then_nothing();
    given<customer>(joined).when(join_shop{"Ada", ""}).then_refused("this customer has joined already");
}

} // namespace

int main()
{
    a_bike_is_registered_rented_and_returned();
    a_bike_is_renamed_repaired_and_retired();
    a_customer_has_at_most_one_bike();
    what_older_programs_wrote_is_read();
}
