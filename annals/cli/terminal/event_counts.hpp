// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/event_readers.hpp>
#include <annals/cli/terminal/table.hpp>
#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace annals::cli {

/// The contents of a category: how many events of each stored type and schema version, and since when.
class event_counts {
public:
    void add(const eventstore::recorded_event&);

    /// `read_as` is for programs that have readers.
    static auto columns(bool with_read_as) -> std::vector<std::string>;
    /// One row per type and version; the last column only if there are readers (null: there are none).
    void rows_in(table&, const std::string& category, const app::event_readers* readers) const;

private:
    struct count {
        std::int64_t events = 0;
        eventstore::timestamp first{}, last{};
    };

    std::map<std::pair<std::string, int>, count> by_type_;
};

}  // namespace annals::cli
