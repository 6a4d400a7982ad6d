// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/terminal/terminal.hpp>
#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

namespace annals::cli {

/// Members of stored events that no field takes, counted by category, type, schema version and member.
class untaken_counts {
public:
    void add(const eventstore::recorded_event&, const std::string& member);
    auto members() const -> std::size_t { return found_.size(); }
    /// A line each; with --json a row.
    void print(const terminal&) const;

private:
    struct count {
        std::int64_t events = 0;
        std::string stream;                  ///< of the first event, by the time of recording
        eventstore::stream_version version;
        eventstore::uuid id{};
        eventstore::timestamp recorded_at{};
    };

    std::map<std::tuple<std::string, std::string, int, std::string>, count> found_;
};

}  // namespace annals::cli
