// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/participants/kafka_participant.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/sagas/orchestrator/running_orchestrator.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <pqxx/pqxx>

#include <filesystem>
#include <memory>
#include <string>

namespace annals::tests {

/// Orders whose steps are all done by the storage service.
inline auto storage_order(std::chrono::milliseconds timeout = std::chrono::seconds(10)) -> sagas::definition
{
    const std::chrono::milliseconds soon(20);
    const std::string storage = "storage";
    return {.name = "order",
            .compensation_retries = 50,
            .active_max = 10'000,
            .steps = {{.id = "reserve",
                       .service = storage,
                       .compensation = "release",
                       .timeout = timeout,
                       .retries = 50,
                       .retry_delay = soon},
                      {.id = "charge",
                       .service = storage,
                       .compensation = "refund",
                       .timeout = timeout,
                       .retries = 50,
                       .retry_delay = soon,
                       .after = {"reserve"}},
                      {.id = "report",
                       .service = storage,
                       .compensation = sagas::no_compensation,
                       .timeout = timeout,
                       .retries = 50,
                       .retry_delay = soon,
                       .after = {"charge"}}}};
}

/// A service of its own process, database and topics, asked through Kafka.
class storage_service {
public:
    explicit storage_service(kafka::settings broker = broker_settings()) : kafka(std::move(broker))
    {
        pqxx::connection link(database.dsn());
        pqxx::nontransaction(link).exec("create table effects (saga text, action text)");
        start();
    }
    void start()
    {
        const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "saga_service_process";
        processes.push_back(std::make_unique<child>(
            std::vector<std::string>{program.string(), database.dsn(), topic + ".requests"},
            std::map<std::string, std::string>{{"ANNALS_KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrap_servers}}));
    }
    auto settings(int partitions = 8) const -> sagas::kafka_participant_settings
    {
        return {.service = "storage",
                .kafka = kafka,
                .request_topic = topic + ".requests",
                .reply_topic = topic + ".replies",
                .request_partitions = partitions};
    }
    auto participant() const -> sagas::participant_list
    {
        return {std::make_shared<sagas::kafka_participant>(settings())};
    }
    /// What it did for a saga, each as often as it was done.
    auto effects(const std::string& saga) const -> std::string
    {
        pqxx::connection link(database.dsn());
        return pqxx::nontransaction(link).query_value<std::string>(
            "select coalesce(string_agg(action, ' ' order by action), '') from effects where saga = $1",
            pqxx::params{saga});
    }

    kafka::settings kafka;
    std::string topic = kafka.topic_template.substr(0, kafka.topic_template.find('.'));
    empty_database database;
    std::vector<std::unique_ptr<child>> processes;
};

}  // namespace annals::tests
