// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/terminal/terminal.hpp>
#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace annals::cli {

/// Events that could not be read: with --json a row each, immediately; for people a line each, never cut.
class found_problems {
public:
    /// The terminal must outlive it. `shown_max`: how many lines of each type and schema version are shown, so that
    /// many of one do not hide the first of another; 0: all.
    found_problems(const terminal& terminal, std::int64_t shown_max) : terminal_(terminal), shown_max_(shown_max) {}

    void add(const eventstore::recorded_event&, const std::string& problem);
    auto count() const -> std::int64_t { return count_; }

    /// Shows the remaining lines, and notes how many were left out.
    void finish();

private:
    const terminal& terminal_;
    std::int64_t shown_max_, count_ = 0;
    std::map<std::pair<std::string, int>, std::int64_t> by_type_;
    std::string waiting_;  // lines for people, held until no progress is drawn or there are many
};

}  // namespace annals::cli
