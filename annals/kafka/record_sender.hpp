// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/named_topic.hpp>
#include <annals/kafka/settings.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace annals::kafka {

/// Why a record is not in its topic.
struct not_sent {
    std::string reason;
    bool is_for_good = false;  ///< it never will be: too large, or not allowed
};

/// Sends records to topics, many at a time, with a thread of its own. Idempotent, and acknowledged by all copies;
/// records of one key go to one partition. What is not acknowledged after five seconds is reported as not sent: it may
/// be in the topic all the same, and the owner decides whether to send it again. Thread-safe.
class record_sender {
public:
    /// Called once for each record, from the sender's thread: nothing when it arrived.
    using on_report = std::function<void(const std::optional<not_sent>&)>;

    /// Throws `invalid_request` for a property that librdkafka refuses. Connects in the background.
    explicit record_sender(const settings&);
    /// Waits a second for what is under way; the rest is reported as not sent.
    ~record_sender();
    record_sender(const record_sender&) = delete;
    auto operator=(const record_sender&) -> record_sender& = delete;

    /// Creates a topic if it is missing. Throws `unavailable`, `error`.
    void ensure(const named_topic&);

    /// Copies the record; does not wait. When it cannot be taken it says why, and `reported` is not called.
    auto send(const std::string& topic, const record&, on_report reported) -> std::optional<not_sent>;

    /// Whether a topic was found missing since the last question.
    auto missed_topic() -> bool { return missed_topic_.exchange(false); }

    /// Why no broker is reached, as far as is known; nothing while records arrive.
    auto trouble() const -> std::optional<std::string>;

private:
    static void take_report(rd_kafka_t*, const rd_kafka_message_t*, void* self);
    static void take_error(rd_kafka_t*, int code, const char* reason, void* self);

    void run(const std::stop_token&);
    auto new_client() -> client_handle;
    static void end(rd_kafka_t&);
    void note(std::optional<std::string> trouble);

    const settings settings_;
    std::atomic<bool> is_broken_ = false;  ///< librdkafka has given this client up
    std::atomic<bool> missed_topic_ = false;
    mutable std::mutex trouble_mutex_;     // guards the next
    std::optional<std::string> trouble_;
    std::shared_mutex client_mutex_;       // exclusive: the client is replaced
    client_handle client_;
    std::jthread thread_;
};

}  // namespace annals::kafka
