// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/csv_reader.hpp>

#include <annals/cli/import/text_encoding.hpp>

#include <set>

namespace annals::cli::imports {

csv_reader::csv_reader(byte_source source, char delimiter) : source_(std::move(source)), delimiter_(delimiter)
{
    read_header();
}

void csv_reader::read_header()
{
    skip_empty_lines();
    take_delimiter_line();
    const auto at = "line " + std::to_string(line()) + ": ";
    if (!read_record()) throw unreadable_file("the file is empty; its first line must name the columns");
    if (fault_.empty())
        for (const auto& cell : buffer_.cells())
            if (const auto fault = fault_of_text(cell.value)) blame("a name " + *fault, how_to_read(cell.value));
    if (!fault_.empty()) throw unreadable_file(at + "the header cannot be read: " + fault_, hint_);

    std::set<std::string_view> seen;
    for (const auto& cell : buffer_.cells()) {
        columns_.emplace_back(cell.value);
        if (cell.value.empty()) columns_.back() = "column_" + std::to_string(columns_.size());
    }
    for (const auto& column : columns_)
        if (!seen.insert(column).second)
            throw unreadable_file(at + "the column \"" + column + "\" occurs twice in the header",
                                  "give each column a name of its own");
}

auto csv_reader::next() -> std::optional<std::expected<row, bad_row>>
{
    skip_empty_lines();
    const auto begins = line();
    if (!read_record()) return std::nullopt;
    if (fault_.empty() && buffer_.size() > columns_.size())
        blame("the row has " + std::to_string(buffer_.size()) + " cells, the header " + std::to_string(columns_.size()),
              "a cell with a delimiter or a line break must be in quotes");
    if (fault_.empty() && buffer_.size() < columns_.size())
        blame("the row has " + std::to_string(buffer_.size()) + " cells, the header "
              + std::to_string(columns_.size()));
    if (fault_.empty()) check_texts();
    if (!fault_.empty()) return std::unexpected(bad_row{begins, fault_, hint_});
    return row{begins, buffer_.cells()};
}

/// Spreadsheets write a line `sep=;` before the header.
void csv_reader::take_delimiter_line()
{
    constexpr std::string_view begins = "sep=";
    const auto ahead = source_.ahead();
    const auto end = begins.size() + 1;
    if (!ahead.starts_with(begins) || ahead.size() <= end || (ahead[end] != '\n' && ahead[end] != '\r')) return;
    delimiter_ = ahead[begins.size()];
    for (std::size_t i = 0; i < end; ++i) source_.get();
    skip_empty_lines();
}

/// Blames the first cell whose text cannot be stored.
void csv_reader::check_texts()
{
    for (const auto& cell : buffer_.cells())
        if (const auto fault = fault_of_text(cell.value))
            return blame("column \"" + std::string(cell.column) + "\" " + *fault, how_to_read(cell.value));
}

/// Reads up to and including the end of the line that ends the record; false at the end of the file.
auto csv_reader::read_record() -> bool
{
    buffer_.clear();
    fault_.clear();
    hint_.clear();
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

void csv_reader::blame(std::string_view why, std::string_view hint)
{
    if (!fault_.empty()) return;
    fault_ = why;
    hint_ = hint;
}

}  // namespace annals::cli::imports
