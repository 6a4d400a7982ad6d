// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/orchestrator/participant.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace annals::sagas {

struct http_participant_settings {
    std::string service;
    std::string url;                     ///< a request goes to <url>/<action>
    std::set<std::string> actions = {};  ///< that the service has; empty: not known here, and every one is asked for
    std::map<std::string, std::string> headers = {};  ///< of each request besides ours, such as Authorization
    std::string ca_file = {};            ///< certificates that https trusts; empty: the system's
};

/// A service in another program, asked by HTTP: a POST for each attempt (docs/guide/saga-participants.md). Thread-safe.
class http_participant final : public participant {
public:
    /// Throws `invalid_request` when the URL is not one of http or https.
    explicit http_participant(http_participant_settings);
    ~http_participant() override;

    auto service() const -> std::string override;
    auto knows(const std::string& action) const -> bool override;
    void ask(request, std::function<void(outcome)> answer) override;

private:
    class state;
    std::unique_ptr<state> state_;
};

}  // namespace annals::sagas
