// SPDX-License-Identifier: Apache-2.0
#include <annals/annals.hpp>

#include <memory>

using namespace annals;
using namespace std::chrono_literals;
using sagas::no_compensation;

// Keep the columns of the table.
// clang-format off
auto trip() -> sagas::definition
{
    return {.name = "trip", .steps = {
        {.id = "book_flight", .service = "airline", .compensation = "cancel_flight",  .timeout = 30s, .retries = 2},
        {.id = "book_hotel",  .service = "hotel",   .compensation = "cancel_hotel",   .timeout = 30s, .retries = 2},
        {.id = "pay",         .service = "bank",    .compensation = "refund",         .timeout = 10s, .after = {"book_flight", "book_hotel"}},
        {.id = "send_ticket", .service = "mail",    .compensation = no_compensation,  .timeout = 10s, .retries = 5, .after = {"pay"}},
    }};
}
// clang-format on

auto services(annals::service&) -> sagas::participant_list
{
    const auto works = [](const sagas::request& asked) { return sagas::done({{"number", asked.idempotency_key}}); };
    auto airline = std::make_shared<sagas::local_participant>("airline");
    airline->on("book_flight", works).on("cancel_flight", works);
    auto hotel = std::make_shared<sagas::local_participant>("hotel");
    hotel->on("book_hotel", works).on("cancel_hotel", works);
    auto mail = std::make_shared<sagas::local_participant>("mail");
    mail->on("send_ticket", works);
    auto bank = std::make_shared<sagas::local_participant>("bank");
    bank->on("refund", works);
    bank->on("pay", [](const sagas::request& asked) {
        if (asked.context.at("price") > 1000) return sagas::failed("the card allows 1000");
        return sagas::done();
    });
    return {airline, hotel, mail, bank};
}

int main(int argc, char** argv)
{
    return cli::program{"trips", "Trips on annals."}.saga(trip()).participants(services).run(argc, argv);
}
