// SPDX-License-Identifier: Apache-2.0
// A service in a process of its own: saga_service_process DSN REQUEST_TOPIC. Its effects are rows of its database.
#include <annals/sagas/participants/kafka_service.hpp>
#include <tests/support/termination.hpp>

#include <pqxx/pqxx>

#include <cstdlib>
#include <iostream>
#include <thread>

using namespace annals;

namespace {

/// Each effect is one row. A context may say which action is refused, and how long each takes.
auto act(const sagas::request& asked, pqxx::transaction_base& tx) -> sagas::outcome
{
    if (asked.context.value("refuse", "") == asked.action) return sagas::failed("no " + asked.action);
    tx.exec("insert into effects (saga, action) values ($1, $2)", pqxx::params{asked.saga_id, asked.action});
    tx.exec("select pg_sleep($1)", pqxx::params{asked.context.value("slow_ms", 0) / 1000.0});
    return sagas::done({{"by", asked.action}, {"knows", asked.results}});
}

}  // namespace

int main(int, char** arguments)
{
    const tests::termination end;

    kafka::settings kafka;
    kafka.bootstrap_servers = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    sagas::kafka_service storage({.service = "storage",
                                  .kafka = kafka,
                                  .dsn = arguments[1],
                                  .request_topic = arguments[2],
                                  .group = arguments[2]});
    for (const auto* const name : {"reserve", "release", "charge", "refund", "report"}) storage.on(name, act);
    const std::jthread running([&](const std::stop_token& stop) { storage.run(stop); });
    std::cout << "running" << std::endl;
    end.wait();
}
