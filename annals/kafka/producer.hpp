// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/settings.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace annals::kafka {

/// Where in a topic a record goes. `tag` comes back with the acknowledgement.
struct destination {
    const std::string& topic;
    int partition = 0;
    void* tag = nullptr;
};

/// An idempotent producer that never gives up on a record and never leaves a gap: either everything offered to a
/// partition arrives there in order, or that partition is `refused`. After a refusal the producer is usually broken:
/// librdkafka takes a gap in one partition for the end of all, and what was offered to others may or may not have
/// arrived. For one thread.
class producer {
public:
    /// Called from `serve`, `flush` and `give_up`: deliveries in the order offered within a partition.
    struct reports {
        std::function<void(void* tag, std::int64_t offset)> delivered;
        std::function<void(void* tag, int code)> refused;    ///< librdkafka's code: for good, by the broker
    };

    /// Throws `invalid_request` for a property that librdkafka refuses.
    producer(const settings&, reports);
    /// Drops what is not acknowledged yet; some of it may still arrive.
    ~producer();
    producer(const producer&) = delete;
    auto operator=(const producer&) -> producer& = delete;

    /// Copies the record into the send queue; false when that is full or the producer broken. A record that cannot be
    /// sent at all is `refused` immediately.
    auto offer(const record&, const destination&) -> bool;

    /// Takes reports, waiting up to `wait` for the first one. Throws `unavailable` when no broker can be reached.
    void serve(std::chrono::milliseconds wait);

    /// Waits until everything is acknowledged; false after the timeout.
    auto flush(std::chrono::milliseconds timeout) -> bool;

    /// Drops what is not acknowledged and takes the last reports, to learn what was refused.
    void give_up();

    /// Why it is broken; nothing while it works.
    auto broken() const -> const std::optional<std::string>& { return broken_; }

private:
    static void take_report(rd_kafka_t*, const rd_kafka_message_t*, void* self);
    static void take_error(rd_kafka_t*, int code, const char* reason, void* self);

    const settings settings_;
    const reports reports_;
    std::optional<std::string> broken_;
    bool is_unreachable_ = false;
    client_handle client_;
};

}  // namespace annals::kafka
