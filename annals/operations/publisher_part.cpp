// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/publisher_part.hpp>

#include <annals/eventstore/postgres/publication_ledger.hpp>
#include <annals/kafka/publisher.hpp>

namespace annals::operations {

void add_publisher(process& process, app::context& context, kafka::settings settings)
{
    auto& store = context.store();
    process.add("publisher", [&context, &store, settings = std::move(settings)](std::stop_token stop) {
        eventstore::postgres::postgres_publication_ledger ledger(context.configuration().dsn(), context.program());
        kafka::publisher(store, ledger, settings).run(std::move(stop));
    });
}

}  // namespace annals::operations
