// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/row_mapper.hpp>
#include <eventstore/store.hpp>

#include <functional>

namespace annals::cli::imports {

struct import_settings {
    std::string category;
    column_choice columns;
    assumed_zone zone;
    bool skip_bad = false;                   ///< else the first bad row ends the import
};

/// Whom to tell while it runs. May be empty.
struct import_listener {
    std::function<void(const bad_row&)> on_skipped;
    std::function<void(const read_progress&)> on_progress;         ///< every thousand rows, and at the end
};

struct import_result {
    std::uint64_t rows = 0;                  ///< that were read, the skipped ones included
    std::uint64_t stored = 0;
    std::uint64_t already_there = 0;
    std::uint64_t streams = 0;
    std::uint64_t out_of_time_order = 0;     ///< rows older than their predecessor in the stream
    std::uint64_t skipped = 0;
    std::optional<bad_row> stopped_at;       ///< where and why it did not read to the end
};

/// Stores a file's rows as events of one category, a stream for each key, in the file's order.
///
/// May be run again, also after it broke off and when rows were added to the end of the file: an event's id is made
/// of category, key and the row's number in its stream, so what is there is recognised and only the rest is stored.
/// When it returns, everything before the row at which it stopped is stored. Needs memory for each stream (its key, a
/// count and a time), not for each row.
///
/// Throws `missing_column` before anything is stored, `different_event` when the streams hold other events than the
/// file's rows, and what the store throws; then some of the rows read so far are stored, without holes in any stream.
auto import_rows(row_reader&, eventstore::store&, const import_settings&, const import_listener& = {}) -> import_result;

}  // namespace annals::cli::imports
