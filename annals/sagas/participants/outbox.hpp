// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>
#include <annals/kafka/record_sender.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace annals::sagas {

/// A record that is sent until it arrives, or until its time is over.
struct letter {
    std::string topic;
    kafka::record what;
    eventstore::timestamp until;
    /// Called once, from any thread: nothing when it arrived.
    std::function<void(const std::optional<kafka::not_sent>&)> ended;
};

/// Sends records, and again when they did not arrive. A record may arrive more than once. Thread-safe.
class outbox {
public:
    /// Closed: what is sent waits.
    explicit outbox(const kafka::settings& settings) : sender_(settings) {}

    auto sender() -> kafka::record_sender& { return sender_; }
    void send(letter);

    /// Sends what waits. To be called often, from one thread.
    void send_again();
    void open();
    void close();
    /// Drops what waits and whose time is over.
    void forget_late(eventstore::timestamp now);

private:
    using kept_letter = std::shared_ptr<const letter>;

    void pass_on(const kept_letter&);
    void keep(kept_letter);

    std::mutex mutex_;  // guards the next two
    bool is_open_ = false;
    std::deque<kept_letter> waiting_;
    kafka::record_sender sender_;  // last: its reports use the others
};

}  // namespace annals::sagas
