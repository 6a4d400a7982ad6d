// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/kafka/settings.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <functional>
#include <memory>
#include <set>
#include <string>

namespace annals::sagas {

struct kafka_participant_settings {
    std::string service;
    kafka::settings kafka;
    std::string request_topic = {};  ///< empty: `saga.<service>.requests`
    std::string reply_topic = {};    ///< empty: `saga.<service>.replies`
    int request_partitions = 8;      ///< of a topic that is created: as many processes can share the requests
    std::set<std::string> actions = {};  ///< that the service has; empty: not known here, and every one is asked for
};

/// A service in another program, asked through Kafka (docs/guide/saga-participants.md). Missing topics are created. All
/// replies are read, from the moment on before the first request is sent; those for other processes are left out. While
/// no broker answers, requests wait until their deadline, and that is logged once. Thread-safe.
class kafka_participant final : public participant {
public:
    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    explicit kafka_participant(kafka_participant_settings);
    ~kafka_participant() override;

    auto service() const -> std::string override;
    auto knows(const std::string& action) const -> bool override;
    /// A request that is too large for Kafka fails.
    void ask(request, std::function<void(outcome)> answer) override;

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::sagas
