// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/reading.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace CLI {
class App;
}  // namespace CLI

namespace annals::cli {

/// From where up to where to read, as given on the command line. A place is a version in a stream, a position in a
/// log, and a token in a category.
struct reading_bounds {
    std::string after, upto;  ///< places; empty: from the beginning, up to the end
    std::optional<std::int64_t> from_version, upto_version;  ///< of a stream
    std::optional<std::int64_t> from_position, upto_position;  ///< of a log
    std::string from_time, upto_time;  ///< RFC 3339

    auto has_start() const -> bool;
};

void add_from(CLI::App& verb, reading_bounds&);
void add_upto(CLI::App& verb, reading_bounds&);

/// Reads what a person names: a stream (`sample-S-1`), a category (`sample`) or one of its logs (`sample/3`).
/// Remembers how far it has come, and resumes there.
class source_reader {
public:
    /// Throws `failure` when there is no such category or log, `invalid_request` when a bound makes no sense for it.
    source_reader(eventstore::store&, const std::string& what, const reading_bounds&);

    void set(eventstore::direction);
    void set(eventstore::page_size);
    void set(eventstore::type_pattern);
    /// Skips everything that is there now.
    void skip_to_end();

    /// The rest, from where the reader is.
    auto rest() -> eventstore::event_range;
    /// Moves the reader after this event, which `rest` gave.
    void has(const eventstore::recorded_event&);
    /// The options with which another reader resumes where this one is, such as `--after 7`.
    auto place() const -> std::string;

    /// The stream that it reads, if it reads one.
    auto stream() const -> const eventstore::stream_id*;

private:
    template <class Id, class Place>
    struct part {
        Id id;
        eventstore::selection<Place> wanted;
    };
    using stream_part = part<eventstore::stream_id, eventstore::stream_version>;
    using log_part = part<eventstore::log_id, eventstore::log_position>;
    using category_part = part<eventstore::category, eventstore::token>;

    static auto find(eventstore::store&, const std::string& what) -> std::variant<stream_part, log_part, category_part>;

    eventstore::store& store_;
    std::variant<stream_part, log_part, category_part> part_;
};

}  // namespace annals::cli
