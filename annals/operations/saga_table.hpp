// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace annals::operations {

/// A saga as `annals.saga_states` shows it.
struct saga_row {
    std::string type, id, status;
    std::vector<std::string> current_steps;
    eventstore::timestamp started_at{}, changed_at{};
    std::optional<eventstore::timestamp> completed_at;
    std::string error, context, started_by, parent;  ///< context: a JSON object; parent: type/id
    int definition_version = 1;
    std::int64_t stream_version = 0;
    eventstore::timestamp seen_at{};                 ///< the server's time when it was read

    auto is_over() const -> bool { return completed_at.has_value(); }
    /// How long it has run, or ran.
    auto age() const -> std::chrono::microseconds { return completed_at.value_or(seen_at) - started_at; }
};

/// One direction of a step: doing it, or undoing it.
struct saga_track {
    std::string status = "waiting";
    int attempts = 0;
    std::optional<eventstore::timestamp> started_at, ended_at;
    std::string error;
};

struct saga_step_row {
    std::string step, service, result;               ///< result: JSON, or empty
    saga_track forward, backward;
};

/// What was asked of a saga and came for it.
struct saga_request_row {
    std::int64_t number = 0;
    std::string kind, input;                         ///< a JSON object
    eventstore::timestamp asked_at{};
    std::optional<eventstore::timestamp> taken_at;
    std::string refusal;
};

struct saga_definition_row {
    std::string type;
    int version = 1;
    std::string definition;                          ///< a JSON object
    eventstore::timestamp registered_at{};
    std::int64_t active = 0;                         ///< sagas of this version that are not over
};

/// Which sagas to list; an empty type and no statuses: all.
struct saga_selection {
    std::string type;
    std::vector<std::string> statuses;
    std::int64_t limit = 100;
};

/// The statuses of sagas that are not over, and of those that are.
auto active_statuses() -> const std::vector<std::string>&;
auto ended_statuses() -> const std::vector<std::string>&;

/// What people ask about sagas: the tables annals.saga_*. For one thread at a time.
class saga_table {
public:
    explicit saga_table(const std::string& dsn) : log_(dsn, "sagas") {}

    /// Those that are not over, the newest first; then the others, the one that ended last first.
    auto list(const saga_selection&) -> std::vector<saga_row>;
    /// Those with this id, of one type or (empty) of all.
    auto find(const std::string& id, const std::string& type) -> std::vector<saga_row>;
    /// In the order of the definition; none before the saga is begun.
    auto steps(const std::string& type, const std::string& id) -> std::vector<saga_step_row>;
    /// When something is done although nothing comes.
    auto due(const std::string& type, const std::string& id) -> std::optional<eventstore::timestamp>;
    /// The oldest first; nothing for a user who may not see them.
    auto requests(const std::string& type, const std::string& id) -> std::optional<std::vector<saga_request_row>>;

    auto definitions() -> std::vector<saga_definition_row>;
    /// By name, each once.
    auto types() -> std::vector<std::string>;

private:
    libpq::connection log_;
};

}  // namespace annals::operations
