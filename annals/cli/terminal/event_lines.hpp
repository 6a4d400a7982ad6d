// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/terminal/terminal.hpp>
#include <annals/eventstore/event.hpp>

#include <string>

namespace annals::cli {

/// Shows events as they come, a screenful at a time: tables for people, all fields of an event with --json.
class event_lines {
public:
    /// What all events have in common is not repeated in every line.
    enum class of { stream, logs };

    event_lines(const terminal&, of);

    void add(const eventstore::recorded_event&);
    /// Prints what has not been printed yet.
    void flush();

private:
    const terminal& terminal_;
    of what_;
    table lines_;
    std::size_t waiting_ = 0;
};

/// One event in one line, as the terminal shows it: for people, or with all its fields with --json.
auto line_of(const terminal&, const eventstore::recorded_event&) -> std::string;

/// One JSON object in one line; payload and metadata as they were written.
auto json_line(const eventstore::recorded_event&) -> std::string;

}  // namespace annals::cli
