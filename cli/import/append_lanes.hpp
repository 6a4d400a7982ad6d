// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>
#include <eventstore/limits.hpp>
#include <eventstore/store.hpp>

#include <cstdint>
#include <future>
#include <optional>
#include <unordered_map>

namespace annals::cli::imports {

/// An event of a file, on its way to the store.
struct numbered_event {
    eventstore::stream_id stream;
    eventstore::stream_version version;      ///< its number in its stream, in the file and in the store
    std::uint64_t line = 0;
    eventstore::new_event event;
};

/// Another event stands where one of the file's would: the stream was written by something else, or the file was
/// imported before with other rows or other options. The import cannot go on.
class different_event : public eventstore::mismatch {
public:
    using mismatch::mismatch;
};

/// Appends events to many streams, in large appends of which several are under way at a time.
///
/// Streams are dealt out to lanes by their key; a lane has one append under way, so a stream's events arrive in
/// order. Each append states the versions it expects. What is stored already, by an earlier run that was cut
/// elsewhere or broke off, is found out by comparing ids and contents, and only the rest is appended.
class append_lanes {
public:
    static constexpr int lanes = 8;
    static constexpr std::size_t batch_events_max = eventstore::limits::events;
    static constexpr std::size_t batch_bytes_max = 2 << 20;

    explicit append_lanes(eventstore::store& store) : store_(store), lanes_(lanes) {}

    /// Waits for what is under way, whatever comes of it.
    ~append_lanes();
    append_lanes(const append_lanes&) = delete;
    auto operator=(const append_lanes&) -> append_lanes& = delete;

    /// May wait until a lane is free. Throws `different_event`, and what the store throws.
    void add(numbered_event);

    /// Sends what was added and waits until it is stored. Throws as `add` does.
    void finish();

    auto stored() const -> std::uint64_t { return stored_; }
    auto already_there() const -> std::uint64_t { return already_there_; }

private:
    struct batch {
        std::vector<eventstore::stream_append> parts;
        std::vector<std::vector<std::uint64_t>> lines;             ///< of each part's events
        std::unordered_map<std::string, std::size_t> part_of_key;
        std::size_t events = 0;
        std::size_t bytes = 0;
    };
    struct lane {
        batch filling;
        batch under_way;
        std::future<eventstore::append_outcome> outcome;           ///< of what is under way
    };

    void send(lane&);
    void settle(lane&);
    void complete(batch);
    auto without_stored(batch) -> batch;

    eventstore::store& store_;
    std::vector<lane> lanes_;
    std::uint64_t stored_ = 0;
    std::uint64_t already_there_ = 0;
};

}  // namespace annals::cli::imports
