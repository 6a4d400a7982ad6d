// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_mapper.hpp>
#include <annals/eventstore/store.hpp>

#include <functional>

namespace annals::cli::imports {

struct import_settings {
    std::string category;
    column_choice columns;
    value_reading values = {};
    bool skip_bad = false;                   ///< otherwise the first bad row ends the import
};

/// How far an import is.
struct import_progress {
    read_progress read;
    std::uint64_t rows = 0;                  ///< read so far
    std::uint64_t stored = 0;
    std::uint64_t already_there = 0;
};

/// Called while it runs. May be empty.
struct import_listener {
    std::function<void(const bad_row&)> on_skipped;
    std::function<void(const import_progress&)> on_progress;       ///< every thousand rows, and at the end
};

struct import_result {
    std::uint64_t rows = 0;                  ///< read, including skipped ones
    std::uint64_t stored = 0;
    std::uint64_t already_there = 0;
    std::uint64_t streams = 0;
    std::uint64_t out_of_time_order = 0;     ///< stored rows older than the event before them in the stream
    std::uint64_t changed = 0;               ///< stored rows with the stream, type and time of an earlier row
    std::uint64_t skipped = 0;
    std::optional<bad_row> stopped_at;       ///< where and why it stopped early
    bool is_unreadable = false;              ///< it stopped because nothing after that can be read
};

/// Stores a file's rows as events of one category, a stream for each key, in the file's order.
///
/// A row that is stored already is not stored again. Rows are the same when key, type, time and content are equal; of
/// equal rows, as many are stored as the file has (docs/reference/same-event.md). If `columns.id` names a column, its
/// value identifies a row, and a row with the id of another one is a bad row. So an export can be imported many times:
/// also when it has grown, after an import that stopped early, and at the same time as another import. Other events in
/// the streams do not matter. When it returns, everything before the row at which it stopped is stored, and perhaps
/// some rows after it. Needs memory for each stream, and 24 to 48 bytes for each row (with an id: some 90).
///
/// Throws `missing_column` before anything is stored, and what the store throws; then some of the rows read so far
/// are stored, of each stream the first ones.
auto import_rows(row_reader&, eventstore::store&, const import_settings&, const import_listener& = {}) -> import_result;

}  // namespace annals::cli::imports
