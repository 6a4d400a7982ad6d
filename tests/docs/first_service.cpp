// SPDX-License-Identifier: Apache-2.0
// The last code of docs/guide/first-service.md, compiled. pages_test.cpp checks that it is the same.
#include <annals/annals.hpp>
#include <examples/starter/parcel_card.hpp>

#include <iostream>

namespace reader {

using namespace parcels;

auto accepts_a_parcel() -> bool
{
// clang-format off
auto desk = annals::open({.dsn = ""});                                     // "": libpq's environment
const auto answer = desk.handle<parcel>("P-1", accept_parcel{"Ada"}, {.user_id = "desk"});
const auto card = desk.find<parcel_card>("P-1", after(answer->token));     // sees what was just written
// clang-format on
    return card.has_value();
}

auto lists_parcels(annals::service& desk, const std::string& last) -> std::size_t
{
// clang-format off
const auto late = desk.find_all<parcel_card>(
    {.where = "status = $1 and changed_at < now() - interval '2 days'", .parameters = {"on its way"},
     .order_by = "changed_at", .limit = 20});
const auto page = desk.find_all<parcel_card>({.after_key = last, .limit = 100});
for (const auto& [key, card, version, changed_at] : page) std::cout << key << " to " << card.to << '\n';
// clang-format on
    return late.size();
}

auto takes_over_a_parcel(annals::service& desk) -> bool
{
// clang-format off
const auto done = desk.append({"parcel", "P-7"}, annals::no_stream(), {.source_service = "the old system"},
                              parcel_accepted{"Ada"}, parcel_delivered{"Cy"});
if (!done) std::cerr << to_string(done.error()) << '\n';                   // P-7 was there already
// clang-format on
    return done.has_value();
}

}  // namespace reader
