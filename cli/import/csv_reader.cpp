// SPDX-License-Identifier: Apache-2.0
#include <cli/import/csv_reader.hpp>

#include <eventstore/payload_check.hpp>

#include <set>

namespace annals::cli::imports {

using eventstore::invalid_request;

csv_reader::csv_reader(const std::filesystem::path& path, char delimiter) : source_(path), delimiter_(delimiter)
{
    try {
        read_header();
    } catch (const eventstore::error& problem) {
        throw invalid_request(path.string() + ": " + problem.what());
    }
}

void csv_reader::read_header()
{
    skip_empty_lines();
    if (!read_record()) throw invalid_request("the file is empty; its first line must name the columns");
    if (!fault_.empty()) throw invalid_request("the header cannot be read: " + fault_);

    std::set<std::string_view> seen;
    for (const auto& cell : buffer_.cells()) {
        if (!eventstore::is_utf8(cell.value)) throw invalid_request("the header is not UTF-8; convert the file first");
        columns_.emplace_back(cell.value);
        if (cell.value.empty()) columns_.back() = "column_" + std::to_string(columns_.size());
    }
    for (const auto& column : columns_)
        if (!seen.insert(column).second)
            throw invalid_request("the column \"" + column + "\" stands twice in the header");
}

auto csv_reader::next() -> std::optional<std::expected<row, bad_row>>
{
    skip_empty_lines();
    const auto begins = line();
    if (!read_record()) return std::nullopt;
    if (fault_.empty() && buffer_.size() != columns_.size())
        blame("the row has " + std::to_string(buffer_.size()) + " cells, the header "
              + std::to_string(columns_.size()));
    if (!fault_.empty()) return std::unexpected(bad_row{begins, fault_});
    return row{begins, buffer_.cells()};
}

/// Reads up to and including the end of the line that ends the record; false at the end of the file.
auto csv_reader::read_record() -> bool
{
    buffer_.clear();
    fault_.clear();
    if (source_.peek() == byte_source::end) return false;
    for (;;) {
        read_cell();
        const int after = source_.get();
        if (after == delimiter_) continue;
        if (after == '\r' && source_.peek() == '\n') source_.get();
        return true;
    }
}

void csv_reader::read_cell()
{
    const auto number = buffer_.size();
    if (fault_.empty())
        buffer_.open(number < columns_.size() ? std::string_view{columns_[number]} : std::string_view{});
    source_.peek() == '"' ? read_quoted_cell() : read_plain_cell();
    if (fault_.empty()) buffer_.close(cell_kind::untyped);
}

void csv_reader::read_plain_cell()
{
    while (!at_cell_end()) {
        const int byte = source_.get();
        if (byte == '"') blame("a quote inside a cell that does not begin with one");
        keep(byte);
    }
}

void csv_reader::read_quoted_cell()
{
    const auto opened = line();
    source_.get();
    for (;;) {
        const int byte = source_.get();
        if (byte == byte_source::end)
            return blame("the quote opened in line " + std::to_string(opened) + " is never closed");
        if (byte == '"' && source_.peek() != '"') break;
        if (byte == '"') source_.get();
        keep(byte);
    }
    if (at_cell_end()) return;
    blame("characters after a closing quote");
    while (!at_cell_end()) source_.get();
}

auto csv_reader::at_cell_end() -> bool
{
    const int byte = source_.peek();
    return byte == delimiter_ || byte == '\n' || byte == '\r' || byte == byte_source::end;
}

void csv_reader::skip_empty_lines()
{
    while (source_.peek() == '\n' || source_.peek() == '\r') source_.get();
}

void csv_reader::keep(int byte)
{
    if (!fault_.empty()) return;
    buffer_.append(static_cast<char>(byte));
    if (buffer_.bytes() > row_bytes_max)
        blame("the row has more than " + std::to_string(row_bytes_max)
              + " bytes; is there a quote that is not closed?");
}

void csv_reader::blame(std::string_view why)
{
    if (fault_.empty()) fault_ = why;
}

}  // namespace annals::cli::imports
