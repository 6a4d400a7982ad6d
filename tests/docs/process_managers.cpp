// SPDX-License-Identifier: Apache-2.0
// The specification in docs/guide/process-managers.md. tests/docs/pages_test.cpp checks that it is the same.
// clang-format off
#include <annals/testing/given.hpp>
#include <tests/docs/fulfilment.hpp>

#include <doctest/doctest.h>

using namespace shop;
using namespace std::chrono_literals;

namespace {

const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 28} + 12h;

using testing::given, testing::on;
using sagas::send, sagas::send_at, sagas::cancel_deadline;

TEST_CASE("an order that is paid is packed, and its time to pay has no meaning any more")
{
    given<fulfilment>(on<order>("O-1", order_placed{.customer = "C-1", .pay_within_s = 60}).at(noon))
        .when(on<order>("O-1", order_paid{}).at(noon + 10s))
        .then_sends(cancel_deadline("payment"), send<parcel>("O-1", pack{"C-1"}))
        .then_waits_for_nothing();
}

TEST_CASE("an order that is not paid in time is cancelled")
{
    given<fulfilment>()
        .when(on<order>("O-1", order_placed{.customer = "C-1", .pay_within_s = 60}).at(noon))
        .then_waits_for(send_at<order>(noon + 60s, "payment", "O-1", cancel{"it was not paid in time"}));
}

TEST_CASE("an order that cannot be packed is cancelled")
{
    given<fulfilment>()
        .when(sagas::refused<pack>{.reason = "the parcel has no address", .key = "O-1"})
        .then_sends(send<order>("O-1", cancel{"the parcel has no address"}));
}

}  // namespace
// clang-format on
