// SPDX-License-Identifier: Apache-2.0
// A publisher as a process of its own, for tests that stop or kill it: DSN, topic template.
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/eventstore/postgres/publication_ledger.hpp>
#include <annals/kafka/publisher.hpp>

#include <cstdlib>
#include <iostream>

using namespace annals;
using namespace annals::eventstore;

int main(int argc, char** argv)
try {
    if (argc != 3) return 2;
    kafka::settings settings;
    settings.bootstrap_servers = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    settings.topic_template = argv[2];
    const auto store = postgres::open_store({.dsn = argv[1]});
    postgres::postgres_publication_ledger ledger(argv[1], "publishing_process");
    kafka::publisher(*store, ledger, settings).run(std::stop_token{});
} catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
}
