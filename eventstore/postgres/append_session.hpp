// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/postgres/connection.hpp>
#include <eventstore/postgres/overtaken_appends.hpp>
#include <eventstore/postgres/pending_append.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore::postgres {

/// One session that sends appends: each call is one transaction, and gives each append its verdict. A lost session is
/// replaced and the call sent again; the appends know that from their ids. What was late before it was sent is not sent
/// any more. For one thread.
class append_session {
public:
    /// What happens around a call, on the thread of `send`.
    struct listener {
        std::function<void()> committed;  ///< there is something new in the log
        std::function<void(std::int32_t log, pending_append)> busy;  ///< somebody holds the log: not done
        std::function<deadline()> give_up = [] {
            return deadline::max();
        };  ///< at the latest, whatever an append's own deadline
    };

    /// A log that is held by others is waited for before each call, with nothing else in hand; all other logs that are
    /// held are busy. `sole_writer_after_calls`: of its `known_ends`, if it does not wait.
    append_session(std::string dsn, std::optional<std::int32_t> waits_for, listener, int sole_writer_after_calls = 0);
    ~append_session();

    /// Returns when every append is done, was given away as busy, or waits for what the next call finds.
    void send(std::vector<pending_append>);

    /// When `send` is to be called again for those that still wait, even if there is nothing to be sent. (A session
    /// that waits for a log lets none of its own wait.)
    auto due() const -> deadline { return overtaken_.due(); }

private:
    struct session;

    void send_call(std::vector<pending_append>);
    void send_alone(std::vector<pending_append>, std::exception_ptr problem);
    void connect();
    auto call(const std::vector<pending_append>&) -> std::vector<verdict>;
    auto call_knowingly(appends) -> std::vector<verdict>;
    auto call_quickly(appends) -> std::vector<verdict>;
    auto call_when_free(appends) -> std::vector<verdict>;
    auto call_generally(appends) -> std::vector<verdict>;
    auto are_as_known(const std::vector<std::int32_t>& logs) -> bool;
    void deliver(std::vector<pending_append>, std::vector<verdict>);
    void fail_late(std::vector<pending_append>&, std::string_view what_happened);

    std::string dsn_;
    std::optional<std::int32_t> waits_for_;
    listener listener_;
    int sole_writer_after_calls_;
    overtaken_appends overtaken_;
    deadline call_until_;
    std::unique_ptr<session> session_;
    std::optional<std::pair<int, timestamp>> lost_backend_;  ///< may still be at work
};

}  // namespace annals::eventstore::postgres
