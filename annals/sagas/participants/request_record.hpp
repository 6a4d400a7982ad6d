// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/sagas/engine/request.hpp>
#include <annals/sagas/orchestrator/participant.hpp>

#include <compare>
#include <expected>
#include <string>
#include <string_view>

/// Requests and replies as records of Kafka (docs/guide/saga-participants.md).
namespace annals::sagas {

/// A request as a service gets it.
struct received_request {
    request asked;  ///< `service` is empty: the topic says that
    std::string reply_topic;
};

/// One attempt; what a reply is matched by.
struct attempt_id {
    std::string saga_type;
    std::string idempotency_key;
    int attempt = 0;

    auto operator<=>(const attempt_id&) const = default;
};
inline auto id_of(const request& asked) -> attempt_id
{
    return {asked.saga_type, asked.idempotency_key, asked.attempt};
}

struct received_reply {
    attempt_id to;
    outcome how;
};

/// `forward` or `backward`.
inline auto word_of(direction where) -> std::string_view
{
    return where == direction::forward ? "forward" : "backward";
}

/// What a step needs to know, as JSON: {"context": …, "results": …}. Throws `invalid_request` for a text that is not
/// UTF-8.
auto body_of(const request&) -> std::string;

auto to_record(const request&, const std::string& reply_topic) -> kafka::record;
/// The reverse; otherwise what is wrong with the record.
auto request_from(const kafka::record&) -> std::expected<received_request, std::string>;

/// Throws `invalid_request` for a result that is not UTF-8.
auto to_record(const request&, const outcome&) -> kafka::record;
/// The reverse; otherwise what is wrong with the record. A result that cannot be stored leaves the attempt in doubt.
auto reply_from(const kafka::record&) -> std::expected<received_reply, std::string>;

}  // namespace annals::sagas
