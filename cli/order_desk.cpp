// SPDX-License-Identifier: Apache-2.0
#include <cli/order_desk.hpp>

#include <cli/failure.hpp>
#include <cli/pause_between.hpp>
#include <telemetry/repeated_problem.hpp>

namespace annals::cli {
namespace {

/// How long an order may wait when its notification was lost.
constexpr auto look_every = std::chrono::seconds(1);

}  // namespace

void carry_out(order_book& book, const order& taken, const order_works& works)
{
    try {
        book.finish(taken.number, true, works.at(taken.verb)(taken));
    } catch (const eventstore::unavailable&) {
        throw;                               // it stays taken; another process takes it when this one has ended
    } catch (const std::exception& problem) {
        const auto known = explain(problem);
        book.finish(taken.number, false, known.what() + (known.hint().empty() ? "" : "; " + known.hint()));
    }
}

order_desk::order_desk(std::string dsn, const eventstore::uuid& process, order_works works)
    : dsn_(std::move(dsn)), process_(process), works_(std::move(works))
{
    for (const auto& [verb, work] : works_) verbs_.push_back(verb);
}

void order_desk::run(std::stop_token stop)
{
    std::unique_ptr<order_book> book;
    telemetry::repeated_problem problem("orders cannot be read");
    while (!stop.stop_requested()) {
        try {
            if (!book) {
                book = std::make_unique<order_book>(dsn_);
                book->listen();
            }
            while (const auto taken = book->take(process_, verbs_)) {
                telemetry::log(telemetry::level::info, "carrying out an order",
                               {{"order", taken->number}, {"verb", taken->verb}, {"subject", taken->subject}});
                carry_out(*book, *taken, works_);
            }
            problem.over();
            book->wait(look_every);
        } catch (const eventstore::server_away&) {
            book.reset();
            pause_between(stop, look_every);
        } catch (const std::exception& met) {
            book.reset();
            problem.met(met.what());
            pause_between(stop, look_every);
        }
    }
}

}  // namespace annals::cli
