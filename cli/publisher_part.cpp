// SPDX-License-Identifier: Apache-2.0
#include <cli/publisher_part.hpp>

#include <eventstore/kafka/publisher.hpp>
#include <eventstore/postgres/publication_ledger.hpp>

namespace annals::cli {

void add_publisher(process& process, session& session, eventstore::kafka::settings settings)
{
    auto& store = session.store();
    process.add("publisher", [&session, &store, settings = std::move(settings)](std::stop_token stop) {
        eventstore::postgres::postgres_publication_ledger ledger(session.configuration().dsn(), session.program());
        eventstore::kafka::publisher(store, ledger, settings).run(std::move(stop));
    });
}

}  // namespace annals::cli
