// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace annals::tests {

/// Invented events of one log, one after the other, with positions and versions without gaps and times a second
/// apart.
class made_up_log {
public:
    explicit made_up_log(std::string category = "sample", int partition = 0)
        : category_(std::move(category)), partition_(partition)
    {}

    void add(const std::string& key, const std::string& type, const std::string& data = "{}", int schema_version = 1)
    {
        eventstore::recorded_event event;
        event.id = eventstore::new_uuid();
        event.stream = {category_, key};
        event.partition = partition_;
        event.position.number = static_cast<std::int64_t>(events_.size()) + 1;
        for (const auto& before : events_) event.version.number += before.stream.key == key ? 1 : 0;
        ++event.version.number;
        event.type = type;
        event.schema_version = schema_version;
        event.data = data;
        event.metadata = "{}";
        event.recorded_at = eventstore::parse_timestamp("2026-01-01T00:00:00Z") + std::chrono::seconds(events_.size());
        events_.push_back(std::move(event));
    }

    auto events() const -> const std::vector<eventstore::recorded_event>& { return events_; }

private:
    std::string category_;
    int partition_;
    std::vector<eventstore::recorded_event> events_;
};

}  // namespace annals::tests
