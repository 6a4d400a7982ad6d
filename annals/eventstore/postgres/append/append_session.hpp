// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/contention.hpp>
#include <annals/eventstore/postgres/append/pending_append.hpp>
#include <annals/libpq/connection.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore::postgres {

/// One session that sends appends. Each call is one transaction and gives each append its verdict. After a lost
/// session it connects again and sends the call again; the event ids show what was already done. An append that is late
/// before it was sent is not sent. For one thread.
class append_session {
public:
    /// What happens during a call, on the thread of `send`.
    struct listener {
        std::function<void()> committed;  ///< there is something new in the log
        std::function<void(std::int32_t log, pending_append)> log_locked;  ///< another session has locked it: not done
        std::function<deadline()> give_up = [] {
            return deadline::max();
        };  ///< at the latest, whatever an append's own deadline
    };

    /// With `waits_for`, blocks on that log's lock before each call, holding no other; appends to other locked logs
    /// are given back. `sole_writer_after_calls`: of its `head_cache`, if it does not wait.
    append_session(std::string dsn, std::optional<std::int32_t> waits_for, listener, int sole_writer_after_calls = 0);
    ~append_session();

    /// Returns when every append is done, was given back (its log is locked), or waits for what the next call finds.
    void send(std::vector<pending_append>);

    /// When to call `send` again for those that still wait, even if there is nothing new to send. (A session with
    /// `waits_for` keeps none waiting.)
    auto due() const -> deadline { return contention_.due(); }

private:
    struct session;

    void send_call(std::vector<pending_append>);
    void send_alone(std::vector<pending_append>, std::exception_ptr problem);
    void connect();
    auto call(const std::vector<pending_append>&) -> std::vector<verdict>;
    auto call_as_predicted(appends) -> std::vector<verdict>;
    auto call_append_event(appends) -> std::vector<verdict>;
    auto call_when_free(appends) -> std::vector<verdict>;
    auto call_append_many(appends) -> std::vector<verdict>;
    auto are_as_cached(const std::vector<std::int32_t>& logs) -> bool;
    void deliver(std::vector<pending_append>, std::vector<verdict>);
    void fail_late(std::vector<pending_append>&, std::string_view what_happened);

    std::string dsn_;
    std::optional<std::int32_t> waits_for_;
    listener listener_;
    int sole_writer_after_calls_;
    contention contention_;
    deadline call_until_;
    std::unique_ptr<session> session_;
    std::optional<std::pair<int, timestamp>> lost_backend_;  ///< may still be running
};

}  // namespace annals::eventstore::postgres
