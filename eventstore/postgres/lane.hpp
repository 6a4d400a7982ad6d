// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/append_call.hpp>
#include <eventstore/postgres/connection.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace annals::eventstore::postgres {

using deadline = std::chrono::steady_clock::time_point;

/// An append on its way. Ends with exactly one call of `done`.
struct pending_append {
    addressed_request what;
    on_appended done;
    deadline until;
    std::size_t bytes = 0;
};

/// One session that sends appends: each call is one transaction, and gives each append its verdict. A lost session is
/// replaced and the call sent again; the appends know that from their ids. For one thread.
class lane {
public:
    /// What happens around a call, on the lane's thread.
    struct listener {
        std::function<void()> committed;                            ///< there is something new in the log
        std::function<void(std::int32_t log, pending_append)> busy; ///< somebody holds the log: not done
        std::function<deadline()> give_up = [] {
            return deadline::max();
        };    ///< at the latest, whatever an append's own deadline
    };

    lane(std::string dsn, patience, listener);
    ~lane();

    /// Returns when every append is done or was given away as busy.
    void send(std::vector<pending_append>);

private:
    struct session;

    void send_alone(std::vector<pending_append>, std::exception_ptr problem);
    void connect(std::vector<pending_append>&);
    auto call(const std::vector<pending_append>&) -> std::vector<verdict>;
    auto call_quickly(const addressed_request&) -> std::optional<verdict>;
    auto call_generally(appends) -> std::vector<verdict>;
    void deliver(std::vector<pending_append>, std::vector<verdict>);
    void fail_late(std::vector<pending_append>&, const std::string& reason);

    std::string dsn_;
    patience patience_;
    listener listener_;
    std::unique_ptr<session> session_;
    std::optional<std::pair<int, timestamp>> lost_backend_;    ///< may still be at work
};

}  // namespace annals::eventstore::postgres
