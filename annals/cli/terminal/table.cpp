// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/table.hpp>

#include <annals/app/joined.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/eventstore/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace annals::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t last_column_min = 10;

struct to_text {
    auto operator()(std::monostate) const -> std::string { return "-"; }
    auto operator()(const std::string& text) const -> std::string { return printable(text); }
    auto operator()(std::int64_t number) const -> std::string { return app::with_separators(number); }
    auto operator()(bool value) const -> std::string { return value ? "yes" : "no"; }
    auto operator()(const json_text& json) const -> std::string { return printable(json.text); }
    auto operator()(const std::vector<std::string>& all) const -> std::string
    {
        return all.empty() ? "-" : printable(app::joined(all));
    }
    auto operator()(double number) const -> std::string
    {
        if (!std::isfinite(number)) return "-";
        char text[400];
        std::snprintf(text, sizeof text, "%.2f", number);
        return app::with_separators(text);
    }
};

struct to_json {
    auto operator()(std::monostate) const -> std::string { return "null"; }
    auto operator()(const json_text& json) const -> std::string { return json.text; }
    auto operator()(const auto& value) const -> std::string
    {
        return eventstore::json(value).dump(-1, ' ', false, eventstore::json::error_handler_t::replace);
    }
};

auto is_number(const cell& value) -> bool
{
    return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

auto heading(std::string name) -> std::string
{
    for (char& c : name) c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

auto aligned(const std::string& text, std::size_t width, bool right) -> std::string
{
    const auto columns = columns_of(text);
    const auto blanks = std::string(width > columns ? width - columns : 0, ' ');
    return right ? blanks + text : text + blanks;
}

/// The last column gets the width that the others leave.
void narrow_last(std::vector<std::size_t>& widths, std::size_t screen)
{
    if (widths.empty()) return;
    const auto others = std::accumulate(widths.begin(), widths.end() - 1, gap * (widths.size() - 1));
    widths.back() = std::min(widths.back(), std::max(screen, others + last_column_min) - others);
}

}  // namespace

auto cell_of(const std::string& text) -> cell { return text.empty() ? cell{} : cell{text}; }

table::table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

void table::add(std::vector<cell> row)
{
    assert(row.size() == columns_.size());
    rows_.push_back(std::move(row));
}

auto table::for_people(const layout& screen) const -> std::string
{
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& name : columns_) lines.front().push_back(heading(name));
    for (const auto& row : rows_) {
        auto& line = lines.emplace_back();
        for (const auto& value : row) line.push_back(std::visit(to_text{}, value));
    }
    std::vector<std::size_t> widths(columns_.size());
    std::vector<char> right(columns_.size());
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        for (const auto& line : lines) widths[column] = std::max(widths[column], columns_of(line[column]));
        right[column] = std::ranges::any_of(rows_, [&](const auto& row) { return is_number(row[column]); });
    }
    if (screen.width != 0) narrow_last(widths, screen.width);

    std::string all;
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t column = 0; column < line.size(); ++column)
            text +=
                aligned(cut(line[column], widths[column]), widths[column], right[column] != 0) + std::string(gap, ' ');
        text.erase(text.find_last_not_of(' ') + 1);
        const bool is_heading = all.empty();
        all += is_heading && screen.colours ? "\033[1m" + text + "\033[0m\n" : text + "\n";
    }
    return all;
}

auto table::json_lines() const -> std::string
{
    std::string all;
    for (const auto& row : rows_) {
        all += '{';
        for (std::size_t column = 0; column < columns_.size(); ++column) {
            if (column != 0) all += ", ";
            all += '"' + columns_[column] + "\": " + std::visit(to_json{}, row[column]);
        }
        all += "}\n";
    }
    return all;
}

auto table::json_list() const -> json_text
{
    auto list = json_lines();
    if (!list.empty()) list.pop_back();      // the last line's end
    std::ranges::replace(list, '\n', ',');
    return {"[" + list + "]"};
}

}  // namespace annals::cli
