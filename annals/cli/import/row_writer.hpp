// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_counts.hpp>
#include <annals/cli/import/row_reader.hpp>
#include <annals/eventstore/store.hpp>

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace annals::cli::imports {

/// A row of the file as the event that it becomes. The writer gives it its id.
struct file_row {
    eventstore::stream_id stream;
    std::uint64_t line = 0;
    eventstore::new_event event;
    std::optional<std::string> source_id;    ///< the source's own id
};

/// Results of rows.
struct row_outcome {
    std::uint64_t stored = 0;
    std::uint64_t already_there = 0;
    std::uint64_t out_of_time_order = 0;     ///< of the stored ones, those after a younger event of their stream
    std::uint64_t changed = 0;  ///< of the stored ones, those with the stream, type and time of an earlier row
    std::vector<bad_row> refused;  ///< with the id of another row
};

/// Stores the rows of some streams, each row once.
///
/// A row is stored already when the stream holds an imported event with its id (if the source has ids), or with its
/// content, as many as the file has had so far. An append names the version up to which the writer knows the stream,
/// 0 at first. The store answers if these very rows are there already, which is all that the same file needs. If other
/// events are there (of an export that began elsewhere, another import, a program), the append is refused, and the
/// writer reads the new events and appends the missing ones. So a row is never stored twice, and never left out. Not
/// thread-safe.
class row_writer {
public:
    explicit row_writer(eventstore::store& store) : store_(store) {}

    /// In the order of the file. Throws what the store throws; then some of the rows are stored, without gaps.
    auto take(std::vector<file_row> rows) -> row_outcome;

    /// How many streams had rows so far.
    auto streams() const -> std::uint64_t { return streams_.size(); }

private:
    struct stream_contents {
        eventstore::stream_version version;  ///< up to which it is known
        bool has_more = false;  ///< other events than the rows after that version
        std::optional<eventstore::timestamp> last_time;
    };
    struct row_to_store {
        std::uint64_t line = 0;
        eventstore::uuid content;
        std::uint32_t number = 1;  ///< among rows of equal content
        std::string source_id;
        eventstore::new_event event;
    };
    struct part {
        eventstore::stream_id stream;
        std::vector<row_to_store> rows;
    };
    struct named_row {
        eventstore::uuid content;
        bool stored = false;  ///< before this import
    };
    struct hash {
        auto operator()(const eventstore::uuid&) const -> std::size_t;
    };

    auto parts_of(std::vector<file_row>) -> std::vector<part>;
    void identify(part&, file_row);
    auto append(std::span<part>) -> bool;
    void look(const eventstore::stream_id&, stream_contents&);
    void leave_out_stored(part&);
    void refuse(const row_to_store&, const eventstore::stream_id&);
    void settle(std::span<part>, const eventstore::appended&);
    void settle_time(const eventstore::stream_id&, stream_contents&, const row_to_store&, bool was_there);
    void doubt(std::span<const part>, const eventstore::rejection&);

    eventstore::store& store_;
    std::unordered_map<std::string, stream_contents> streams_;
    row_counts counts_;
    row_counts moments_;  ///< of earlier rows: stream, type and time without the payload
    std::unordered_map<eventstore::uuid, named_row, hash> named_;  ///< rows with the source's own id, by event id
    bool rows_are_named_ = false;
    bool was_imported_before_ = false;
    bool was_there_ = false;  ///< the rows of the last append; the next ones probably are, too
    std::string last_rejection_;
    row_outcome outcome_;
};

}  // namespace annals::cli::imports
