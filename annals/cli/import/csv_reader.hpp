// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/byte_source.hpp>
#include <annals/cli/import/row_buffer.hpp>

namespace annals::cli::imports {

/// Reads comma-separated values as in RFC 4180, in UTF-8: first a header; cells are in quotes if they hold a
/// delimiter, a quote (doubled) or a line break; lines end with CR LF, LF or CR.
///
/// A column without a name is `column_<n>`, counted from 1. Empty lines are skipped. A row is bad if it has more or
/// fewer cells than the header, a quote in the middle of a cell, bytes that are not UTF-8, or a zero byte: nothing is
/// guessed. A first line `sep=;` names the delimiter.
class csv_reader final : public row_reader {
public:
    /// Throws `unreadable_file` when there is no header, or one with the same name twice.
    explicit csv_reader(byte_source, char delimiter = ',');
    explicit csv_reader(const std::filesystem::path& path, char delimiter = ',')
        : csv_reader(byte_source(path), delimiter)
    {}

    auto next() -> std::optional<std::expected<row, bad_row>> override;
    auto columns() const -> std::optional<std::vector<std::string>> override { return columns_; }
    auto line() const -> std::uint64_t override { return source_.line(); }
    auto progress() const -> read_progress override { return source_.progress(); }

private:
    void read_header();
    auto read_record() -> bool;
    void read_cell();
    void read_plain_cell();
    void read_quoted_cell();
    auto at_cell_end() -> bool;
    void take_delimiter_line();
    void check_texts();
    void skip_empty_lines();
    void keep(int byte);
    void blame(std::string_view why, std::string_view hint = {});

    byte_source source_;
    char delimiter_;
    std::vector<std::string> columns_;
    row_buffer buffer_;
    std::string fault_;  ///< the first fault of the record being read
    std::string hint_;
};

}  // namespace annals::cli::imports
