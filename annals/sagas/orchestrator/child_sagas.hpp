// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/orchestrator/keyed_threads.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <functional>
#include <stop_token>
#include <string>

namespace annals::sagas {

/// Does the steps that run another saga: starts it, or has it undone. The other saga's end is the answer; it is stored
/// together with that end (`annals.answer_parents`), so only what was over before is answered here. Thread-safe.
class child_sagas {
public:
    explicit child_sagas(const std::string& log_dsn) : client_(log_dsn) {}
    ~child_sagas() { stop_.request_stop(); }

    void ask(request, std::function<void(outcome)> answer);

private:
    void start(const request&, const std::function<void(outcome)>& answer);

    client client_;
    std::stop_source stop_;
    keyed_threads threads_{2};                     // last: they end before what they use
};

}  // namespace annals::sagas
