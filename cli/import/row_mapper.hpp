// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/row_reader.hpp>
#include <cli/import/time_reading.hpp>
#include <eventstore/event.hpp>

#include <set>

namespace annals::cli::imports {

/// Which columns say what an event is. What is not chosen is looked for under the name that XES gives it.
struct column_choice {
    std::optional<std::string> key;          ///< else `case:concept:name`
    std::optional<std::string> type;         ///< else `concept:name`
    std::optional<std::string> time;         ///< else `time:timestamp`, where there is such a column
    std::set<std::string> text;              ///< cells that stay text whatever they look like
    std::optional<std::string> id;           ///< where the source names its rows, uniquely within a key
};

/// How values are written.
struct value_reading {
    time_reader times;
    bool decimal_comma = false;              ///< an untyped 1,5 is the number 1.5, and 1.5 is a text
};

/// A file without a column that was asked for.
class missing_column : public eventstore::invalid_request {
public:
    using invalid_request::invalid_request;
};

/// A row as the event that it becomes, but for its place in the stream.
struct mapped_row {
    eventstore::stream_id stream;
    std::string type;
    std::string data;
    std::optional<eventstore::timestamp> occurred_at;
    std::optional<std::string> source_id;
};

/// Turns rows into events: key, type and time from their columns, all other columns as the payload, in the file's
/// order. The id of the source is in the payload, too.
///
/// An untyped cell is a number iff it is one in JSON's grammar, a boolean iff it is true or false in any case, absent
/// when empty, and else a text; typed cells are what the file says.
class row_mapper {
public:
    row_mapper(std::string category, column_choice, value_reading);

    /// Throws `missing_column`, naming the columns there are.
    void check_columns(const std::vector<std::string>& available) const;

    /// The columns that every row must have, for formats that do not say so beforehand. Throws `missing_column`.
    void check_first(const row&) const;

    /// Throws `invalid_request` (`unreadable_value`, where something helps) when the row cannot be an event.
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
