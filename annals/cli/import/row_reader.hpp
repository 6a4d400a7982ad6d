// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Files of rows, and how they become events. (`import` alone is a word of C++20.)
namespace annals::cli::imports {

/// How much the file says about a cell's type.
enum class cell_kind {
    untyped,    ///< nothing, as in CSV: text that looks like a number is one, an empty cell is absent
    text,       ///< the characters of a text
    json        ///< a JSON value, as written
};

struct cell {
    std::string_view column;
    std::string_view value;
    cell_kind kind = cell_kind::untyped;
};

/// One row of a file. Valid until the next one is read.
struct row {
    std::uint64_t line = 0;                  ///< of its beginning, counted from 1
    std::span<const cell> cells;
};

/// A row that cannot become an event, and why. The rows after it can still be read.
struct bad_row {
    std::uint64_t line = 0;
    std::string why;
    std::string hint = {};                   ///< what to do, if known
};

/// How far a reader is in its file, in bytes on disk.
struct read_progress {
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_total = 0;           ///< 0: unknown, as of a pipe
};

/// Nothing can be read from here on: the file is cut off, is of another kind, or its disk failed.
class unreadable_file : public eventstore::error {
public:
    explicit unreadable_file(const std::string& why, std::string hint = {}) : error(why), hint_(std::move(hint)) {}

    auto hint() const -> const std::string& { return hint_; }

private:
    std::string hint_;                       ///< what to do, if known
};

/// No row may be larger, so that an unclosed quote does not read a whole file into memory.
inline constexpr std::size_t row_bytes_max = 4 << 20;

/// Reads a file's rows from first to last; the memory it needs does not grow with the file.
class row_reader {
public:
    virtual ~row_reader() = default;

    /// Nothing at the end of the file. Throws `unreadable_file`.
    virtual auto next() -> std::optional<std::expected<row, bad_row>> = 0;

    /// The columns that every row has, if the format says so before the first row.
    virtual auto columns() const -> std::optional<std::vector<std::string>> = 0;

    /// The current line, for errors between two rows.
    virtual auto line() const -> std::uint64_t = 0;

    virtual auto progress() const -> read_progress = 0;
};

}  // namespace annals::cli::imports
