// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_reader.hpp>

namespace annals::cli::imports {

/// Where a reader builds a row. Its memory is used again for the next row.
class row_buffer {
public:
    void clear();

    void add(std::string_view column, std::string_view value, cell_kind);

    /// The same in steps, for a value that comes in pieces: `open`, `append` as often as needed, `close`.
    void open(std::string_view column);
    void append(std::string_view piece) { text_ += piece; }
    void append(char piece) { text_ += piece; }
    void close(cell_kind);

    auto bytes() const -> std::size_t { return text_.size(); }
    auto size() const -> std::size_t { return parts_.size(); }

    /// Valid until the buffer is changed.
    auto cells() -> std::span<const cell>;

private:
    struct part {
        std::size_t column_begin = 0;
        std::size_t value_begin = 0;
        std::size_t value_end = 0;
        cell_kind kind = cell_kind::untyped;
    };

    std::string text_;
    std::vector<part> parts_;
    std::vector<cell> cells_;
};

}  // namespace annals::cli::imports
