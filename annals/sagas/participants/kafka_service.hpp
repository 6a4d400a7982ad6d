// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/kafka/settings.hpp>
#include <annals/sagas/participants/deeds.hpp>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

namespace annals::sagas {

struct kafka_service_settings {
    std::string service;
    kafka::settings kafka;
    std::string dsn;                 ///< of the service's own database; empty: the PG* environment
    std::string request_topic = {};  ///< empty: `saga.<service>.requests`
    std::string group = {};          ///< the consumer group; empty: `saga.<service>`
    int request_partitions = 8;      ///< of a topic that is created: as many processes can share the requests
    std::size_t threads = 4;         ///< and as many sessions; requests of one saga are answered one after the other
};

/// A program that does steps of sagas and is asked through Kafka: the other side of `kafka_participant`.
///
///     sagas::kafka_service storage({.service = "storage", .kafka = {…}, .dsn = "dbname=storage"});
///     storage.on("reserve_storage", [](const sagas::request& asked, pqxx::transaction_base& tx) {
///         tx.exec("insert into …"); return sagas::done({{"place", "A-7"}}); });
///     storage.run(stop);
///
/// A deed, and the note that it was done, are one transaction in the service's database (`deeds.hpp`): a request that
/// comes again is answered from that note. A request is dealt with when its reply is acknowledged. The processes of one
/// group share the requests.
class kafka_service {
public:
    explicit kafka_service(kafka_service_settings);
    ~kafka_service();

    /// Actions are named before it runs. Throws `invalid_request` when there is one of that name.
    auto on(std::string action, deed what) -> kafka_service&;

    /// Answers requests until a stop is requested. Waits for servers that are away, and logs that once; throws
    /// `invalid_request` for settings that can never work.
    void run(const std::stop_token&);

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::sagas
