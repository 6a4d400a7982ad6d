// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_reader.hpp>
#include <annals/cli/import/time_reading.hpp>
#include <annals/eventstore/event.hpp>

#include <set>

namespace annals::cli::imports {

/// Which columns make an event. A column that is not chosen is looked for under its XES name.
struct column_choice {
    std::optional<std::string> key;          ///< otherwise `case:concept:name`
    std::optional<std::string> type;         ///< otherwise `concept:name`
    std::optional<std::string> time;         ///< otherwise `time:timestamp`, if there is such a column
    std::set<std::string> text;              ///< cells that stay text whatever they look like
    std::optional<std::string> id;           ///< the source's own id of a row, unique within a key
};

/// How values are written.
struct value_reading {
    time_reader times;
    bool decimal_comma = false;              ///< an untyped 1,5 is the number 1.5, and 1.5 is a text
};

/// The file lacks a column that was asked for.
class missing_column : public eventstore::invalid_request {
public:
    using invalid_request::invalid_request;
};

/// A row as the event that it becomes, without its place in the stream.
struct mapped_row {
    eventstore::stream_id stream;
    std::string type;
    std::string data;
    std::optional<eventstore::timestamp> occurred_at;
    std::optional<std::string> source_id;
};

/// Turns rows into events: key, type and time from their columns, all other columns as the payload, in the file's
/// order. The source's own id is in the payload, too.
///
/// An untyped cell is a number if it matches JSON's grammar, a boolean if it is true or false in any case, absent if
/// it is empty, and otherwise a text. Typed cells are what the file says.
class row_mapper {
public:
    row_mapper(std::string category, column_choice, value_reading);

    /// Throws `missing_column`, naming the existing columns.
    void check_columns(const std::vector<std::string>& available) const;

    /// The columns that every row must have, for formats that do not list them in advance. Throws `missing_column`.
    void check_first(const row&) const;

    /// Throws `invalid_request` (`unreadable_value` if there is a hint) when the row cannot be an event.
    auto map(const row&) const -> mapped_row;

private:
    void require(const std::vector<std::string>& available, const std::string& column, std::string_view option) const;
    auto time_in(const cell*) const -> eventstore::timestamp;
    void add_member(std::string& data, const cell&) const;
    void add_untyped(std::string& data, std::string_view value) const;

    std::string category_;
    column_choice chosen_;
    value_reading values_;
    std::string key_;
    std::string type_;
    std::string time_;
};

}  // namespace annals::cli::imports
