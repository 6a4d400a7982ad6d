// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>
#include <annals/eventstore/uuid.hpp>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::libpq {
class connection;
}  // namespace annals::libpq

namespace annals::operations {

/// Something that a process can work on, such as version 2 of the projection `intake`.
struct process_subject {
    std::string kind;
    std::string name;
    int version = 1;

    auto operator<=>(const process_subject&) const = default;
};

/// `[{"kind": "projection", "name": "intake", "version": 2}]`
auto to_json(const std::vector<process_subject>&) -> std::string;

/// A process as others know it: a row in annals.processes.
struct process_row {
    eventstore::uuid id = eventstore::new_uuid();
    std::string program, version, host;
    std::string run_by;                      ///< its user at the log's server
    int pid = 0;
    std::vector<std::string> parts;
    std::vector<process_subject> knows;
    eventstore::timestamp started_at{}, seen_at{};
    std::optional<eventstore::timestamp> stopped_at;

    /// Seen within the last ten seconds, and not ended.
    auto is_alive(eventstore::timestamp now) const -> bool;
};

/// What this process knows about itself.
auto this_process(const std::string& program, std::vector<std::string> parts) -> process_row;

/// All rows that are kept (a week), the latest seen first. `now` is the server's time.
struct process_rows {
    std::vector<process_row> rows;
    eventstore::timestamp now;

    /// Processes that were lost (not seen for ten seconds, without an announced stop) and not replaced. Only of the
    /// last hour: older ones are probably not needed.
    auto missing() const -> std::vector<process_row>;
    /// Whether a process of the same program and parts was seen ten seconds later than this one: it has taken over what
    /// this one did.
    auto is_replaced(const process_row&) const -> bool;
    /// The program that was the last to know a projection, or something else of this name and kind, so that people can
    /// start it; empty when none did.
    auto who_knew(const std::string& name, const std::string& kind = "projection") const -> std::string;
};
auto read_processes(libpq::connection&) -> process_rows;

/// Keeps a process's row: written immediately and every two seconds, marked when the process ends. Waits for a
/// database that is unreachable.
class presence {
public:
    presence(std::string dsn, process_row, std::function<std::vector<process_subject>()> knows);

    void run(std::stop_token);

private:
    void beat(libpq::connection&, bool ends);

    std::string dsn_;
    process_row row_;
    std::function<std::vector<process_subject>()> knows_;
};

}  // namespace annals::operations
