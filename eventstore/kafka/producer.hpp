// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/cloud_event.hpp>
#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/settings.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace annals::eventstore::kafka {

/// Where in a topic a record goes. `tag` comes back with the acknowledgement.
struct destination {
    const std::string& topic;
    int partition = 0;
    void* tag = nullptr;
};

/// An idempotent producer that never gives up on a record and never leaves a gap: either everything offered to a
/// partition arrives there in order, or `serve` throws and this producer is done for. For one thread.
class producer {
public:
    /// Called from `serve` and `flush`, in the order offered within a partition.
    using on_delivered = std::function<void(void* tag, std::int64_t offset)>;

    producer(const settings&, on_delivered);
    /// What is not acknowledged yet is dropped; some of it may still arrive.
    ~producer();
    producer(const producer&) = delete;
    auto operator=(const producer&) -> producer& = delete;

    /// Copies the record into the send queue; false when that is full.
    auto offer(const record&, const destination&) -> bool;

    /// Takes acknowledgements, waiting for the first one at most so long. Throws `unavailable` when the broker
    /// refused a record for good or cannot be reached.
    void serve(std::chrono::milliseconds wait);

    /// Waits until everything is acknowledged; false when the time is over before.
    auto flush(std::chrono::milliseconds timeout) -> bool;

    auto client() -> rd_kafka_t& { return *client_; }

private:
    static void take_report(rd_kafka_t*, const rd_kafka_message_t*, void* self);
    static void take_error(rd_kafka_t*, int code, const char* reason, void* self);
    void throw_if_failed() const;

    const settings settings_;
    const on_delivered delivered_;
    std::optional<std::string> refused_;
    bool is_unreachable_ = false;
    client_handle client_;
};

}  // namespace annals::eventstore::kafka
