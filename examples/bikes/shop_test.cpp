// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/database/temporary_database.hpp>

#include "bike.hpp"
#include "customer.hpp"

#include <stdexcept>

using namespace shop;
using annals::commands::on;

namespace {

void expect(bool holds, const std::string& what)
{
    if (!holds) throw std::runtime_error("expected: " + what);
}

auto rent(annals::service& desk, const std::string& bike_key, const std::string& customer_key)
{
    return desk.handle({on<bike>(bike_key, rent_bike{customer_key}), on<customer>(customer_key, take_bike{bike_key})});
}

} // namespace

int main()
{
    const annals::testing::temporary_database database;
    auto desk = annals::open({.dsn = database.dsn()});

    expect(desk.handle<bike>("B-1", register_bike{"F-1", "Rosinante"}).has_value(), "a bike");
    const auto twin = desk.handle<bike>("B-2", register_bike{"F-1", "Bucephalus"});
    expect(!twin && twin.error().reason == "this frame number is on another bike", "a frame number is on one bike");
    expect(desk.handle<bike>("B-2", register_bike{"F-2", "Bucephalus"}).has_value(), "another bike");

    const auto nobody = rent(desk, "B-1", "C-1");
    expect(!nobody && nobody.error().reason == "there is no such customer", "all or nothing");
    expect(desk.handle<customer>("C-1", join_shop{"Ada", "ada@example.org"}).has_value(), "a customer");
    expect(rent(desk, "B-1", "C-1").has_value(), "the bike is still here");
    expect(!rent(desk, "B-2", "C-1"), "a customer has at most one bike");

    for (int times = 0; times < 2; ++times) {
        const auto repaired =
            desk.handle<bike>("B-2", repair_bike{"tyre"}, {.user_id = "desk"}, {.idempotency_key = "order-17"});
        expect(repaired && repaired->version == annals::eventstore::stream_version{2},
               "a repeated command does nothing");
    }
    expect(desk.handle<bike>("B-2", retire_bike{}).has_value(), "a bike is retired");
    expect(desk.handle<bike>("B-3", register_bike{"F-2", "Incitatus"}).has_value(), "its frame number is free");
}
