// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/orchestrator/local_participant.hpp>
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <tests/support/database.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace annals::tests {

/// What participants did, in order: `validate S-1`.
class journal_of_actions {
public:
    void add(std::string what)
    {
        const std::scoped_lock lock(mutex_);
        all_.push_back(std::move(what));
    }
    auto all() const -> std::vector<std::string>
    {
        const std::scoped_lock lock(mutex_);
        return all_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> all_;
};

/// An orchestrator in a thread of the test.
class running_orchestrator {
public:
    running_orchestrator(const std::string& dsn, std::vector<sagas::definition> definitions,
                         sagas::participant_list participants)
        : it_({.dsn = dsn, .process = "test"}, std::move(definitions), std::move(participants)),
          thread_([this](const std::stop_token& stop) { it_.run(stop); })
    {
        it_.wait_until_ready();
    }

private:
    sagas::orchestrator it_;
    std::jthread thread_;
};

}  // namespace annals::tests
