// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace annals::cli {

/// JSON that is shown and passed on exactly as it was written.
struct json_text {
    std::string text;
};

/// One value of a table. Numbers are aligned right with thousands separators, a `double` with two decimals. A list is
/// an array for programs, and joined by commas for people.
using cell = std::variant<std::monostate, std::string, std::int64_t, double, bool, json_text, std::vector<std::string>>;

/// An empty cell where the text is empty.
auto cell_of(const std::string& text) -> cell;

/// Rows of named columns: aligned for people, one JSON object per row for programs.
class table {
public:
    /// Names are those of the JSON members (`events_behind`); people read `EVENTS BEHIND`.
    explicit table(std::vector<std::string> columns);

    /// As many cells as there are columns.
    void add(std::vector<cell> row);
    auto empty() const -> bool { return rows_.empty(); }

    struct layout {
        std::size_t width = 0;     ///< columns of the terminal: the last column is cut; 0: nothing is cut
        bool colours = false;
    };

    auto for_people(const layout&) const -> std::string;
    auto json_lines() const -> std::string;
    /// The same objects in one array: for a table within another one.
    auto json_list() const -> json_text;

private:
    std::vector<std::string> columns_;
    std::vector<std::vector<cell>> rows_;
};

}  // namespace annals::cli
