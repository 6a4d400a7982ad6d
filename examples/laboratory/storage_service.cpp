// SPDX-License-Identifier: Apache-2.0
// The laboratory's storage service, a program of its own that does steps of sagas: storage_service DSN [TOPIC]
// Kafka: ANNALS_KAFKA_BOOTSTRAP_SERVERS. docs/guide/saga-participants.md explains it.
#include <annals/sagas/participants/kafka_service.hpp>

#include <pqxx/pqxx>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace sagas = annals::sagas;

namespace {

constexpr auto places = R"(
    create table if not exists places (place int primary key, sample text unique);
    insert into places select generate_series(1, 1000) on conflict do nothing)";

constexpr auto take_place = R"(
    update places set sample = $1
    where place = (select place from places where sample is null order by place limit 1 for update skip locked)
    returning place)";

auto reserve_storage(const sagas::request& asked, pqxx::transaction_base& tx) -> sagas::outcome
{
    const auto sample = asked.context.value("barcode", asked.saga_id);
    if (asked.context.value("temperature_requirement", "") == "-196 C")
        return sagas::failed("there is no liquid nitrogen here");
    const auto found = tx.exec(take_place, pqxx::params{sample});
    if (found.empty()) return sagas::try_again("all places are taken");
    return sagas::done({{"place", found[0][0].as<int>()}});
}

auto release_storage(const sagas::request& asked, pqxx::transaction_base& tx) -> sagas::outcome
{
    tx.exec("update places set sample = null where sample = $1",
            pqxx::params{asked.context.value("barcode", asked.saga_id)});
    return sagas::done();
}

}  // namespace

int main(int count, char** arguments)
{
    const auto* const broker = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    if (count < 2 || !broker) {
        std::cerr << "usage: ANNALS_KAFKA_BOOTSTRAP_SERVERS=HOST:PORT storage_service DSN [TOPIC]\n";
        return 2;
    }
    sigset_t ends;
    sigemptyset(&ends);
    for (const int number : {SIGTERM, SIGINT}) sigaddset(&ends, number);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);

    try {
        pqxx::connection link(arguments[1]);
        pqxx::nontransaction(link).exec(places);

        sagas::kafka_service storage({.service = "storage",
                                      .kafka = {.bootstrap_servers = broker},
                                      .dsn = arguments[1],
                                      .request_topic = count > 2 ? arguments[2] : ""});
        storage.on("reserve_storage", reserve_storage).on("release_storage", release_storage);
        const std::jthread running([&](const std::stop_token& stop) { storage.run(stop); });
        std::cout << "running" << std::endl;
        int number = 0;
        sigwait(&ends, &number);
    } catch (const std::exception& problem) {
        std::cerr << "storage_service: " << problem.what() << '\n';
        return 1;
    }
}
