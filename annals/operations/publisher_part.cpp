// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/publisher_part.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/publication_ledger.hpp>
#include <annals/kafka/publisher.hpp>

#include <memory>

namespace annals::operations {
namespace {

using eventstore::postgres::postgres_publication_ledger;

/// A session that is lost while the publisher starts is no reason to end: it was stopped for long, or the server was
/// restarted. Null when a stop was requested.
auto open_ledger(const app::context& context, const std::stop_token& stop)
    -> std::unique_ptr<postgres_publication_ledger>
{
    eventstore::back_off pauses{std::chrono::milliseconds(50), std::chrono::seconds(5)};
    while (!stop.stop_requested()) {
        try {
            return std::make_unique<postgres_publication_ledger>(context.configuration().dsn(), context.program());
        } catch (const eventstore::unavailable&) {
            eventstore::pause(stop, pauses.next());
        }
    }
    return nullptr;
}

}  // namespace

void add_publisher(process& process, app::context& context, kafka::settings settings)
{
    auto& store = context.store();
    process.add("publisher", [&context, &store, settings = std::move(settings)](std::stop_token stop) {
        if (const auto ledger = open_ledger(context, stop))
            kafka::publisher(store, *ledger, settings).run(std::move(stop));
    });
}

}  // namespace annals::operations
