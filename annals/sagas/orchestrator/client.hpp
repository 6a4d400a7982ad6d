// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/json.hpp>
#include <annals/eventstore/patience.hpp>
#include <annals/sagas/advance/input.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace annals::sagas {

/// One saga, by its type and its id, which is unique among those of the type.
struct saga_id {
    std::string type;
    std::string id;
};

/// Starts sagas and asks for something, from any program: the orchestrators of their types do it. Thread-safe. Throws
/// `eventstore::invalid_request` when there is no such saga or it is not known, `eventstore::unavailable`.
class client {
public:
    /// `log_dsn`: the log's database.
    explicit client(std::string log_dsn, std::chrono::milliseconds patience = eventstore::default_patience);
    ~client();

    /// Starts a saga with the newest version of its definition. It is durable when this returns, and goes on without
    /// the caller. `context`: an object, which its steps see. Throws `invalid_request` when it was started before.
    void start(const saga_id&, const eventstore::json& context = eventstore::json::object(),
               const std::string& started_by = {});
    /// The same; false when it was started before. Nothing is done then.
    auto start_once(const saga_id&, const eventstore::json& context, const std::string& started_by = {},
                    const std::optional<parent_step>& parent = {}) -> bool;

    /// Asks for something but a start, and returns the number of the request.
    auto ask(const saga_id&, const input&) -> std::int64_t;
    struct answer {
        std::string refusal;  ///< empty: it was done
    };
    /// Waits until the request is dealt with; nothing: no orchestrator did so in time, and it stays.
    auto wait_for_answer(std::int64_t request, std::chrono::milliseconds no_longer_than) -> std::optional<answer>;

    /// Its status as in `annals.saga_states`; nothing when there is no such saga.
    auto status(const saga_id&) -> std::optional<std::string>;
    /// Waits until it is over or parked; the last status that was seen.
    auto wait_for_end(const saga_id&, std::chrono::milliseconds no_longer_than) -> std::optional<std::string>;

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace annals::sagas
