// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace annals::eventstore::memory {

/// The logs of one category. Not thread-safe.
struct category_records {
    /// One stream: its log, and where in that log its events are, by version.
    struct stream {
        int partition = 0;
        std::vector<std::size_t> at;
    };

    explicit category_records(const category&);

    auto find(const std::string& key) const -> const stream*;
    auto version_of(const std::string& key) const -> stream_version;
    auto event(const stream&, std::size_t index) const -> const recorded_event&;

    /// Marked `duplicate`, or refused when the key was used for something else; nothing when the key is not known.
    auto find_appended(std::string_view idempotency_key, std::optional<std::string_view> used_for) const
        -> std::optional<append_result>;
    /// These add the next page to `events`; always at least one event.
    void read_stream(const stream&, const stream_range&, std::vector<recorded_event>& events) const;
    void read_log(const log_cursor&, const page_size&, direction, std::vector<recorded_event>& events) const;

    /// Adds events to the end of a stream and of its log.
    auto add(const stream_id&, const std::vector<new_event>&) -> written;
    /// What `add` returned for `count` events from `index` on.
    auto written_at(const stream_id&, std::size_t index, std::size_t count) const -> written;

    /// The first result under an idempotency key, and what the key was used for.
    struct remembered {
        appended result;
        std::string used_for;
    };

    category name;
    std::vector<std::vector<recorded_event>> logs;
    std::map<std::string, stream, std::less<>> streams;
    std::map<std::string, remembered, std::less<>> by_idempotency_key;
};

}  // namespace annals::eventstore::memory
