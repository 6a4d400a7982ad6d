// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_buffer.hpp>

namespace annals::cli::imports {

void row_buffer::clear()
{
    text_.clear();
    parts_.clear();
}

void row_buffer::add(std::string_view column, std::string_view value, cell_kind kind)
{
    open(column);
    append(value);
    close(kind);
}

void row_buffer::open(std::string_view column)
{
    auto& opened = parts_.emplace_back();
    opened.column_begin = text_.size();
    text_ += column;
    opened.value_begin = text_.size();
}

void row_buffer::close(cell_kind kind)
{
    parts_.back().value_end = text_.size();
    parts_.back().kind = kind;
}

auto row_buffer::cells() -> std::span<const cell>
{
    const std::string_view text = text_;
    const auto between = [text](std::size_t begin, std::size_t end) { return text.substr(begin, end - begin); };
    cells_.clear();
    for (const auto& [column_begin, value_begin, value_end, kind] : parts_)
        cells_.push_back({between(column_begin, value_begin), between(value_begin, value_end), kind});
    return cells_;
}

}  // namespace annals::cli::imports
