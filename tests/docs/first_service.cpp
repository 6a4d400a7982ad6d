// SPDX-License-Identifier: Apache-2.0
// The last code of docs/guide/first-service.md, compiled. readme_test.cpp checks that it is the same.
#include <annals/annals.hpp>
#include <examples/starter/parcel_card.hpp>

namespace reader {

using namespace parcels;

auto accepts_a_parcel() -> bool
{
// clang-format off
const auto store = annals::eventstore::postgres::open_store({.dsn = ""});       // "": libpq's environment
const auto answer = annals::commands::handle<parcel>(*store, "P-1", accept_parcel{"Ada"}, {.user_id = "desk"});
annals::queries::database read_models("");
const auto card = annals::queries::find<parcel_card>(read_models, "P-1", after(answer->token));
// clang-format on
    return card.has_value();
}

}  // namespace reader
