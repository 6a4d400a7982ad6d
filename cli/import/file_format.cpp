// SPDX-License-Identifier: Apache-2.0
#include <cli/import/file_format.hpp>

#include <cli/import/csv_reader.hpp>
#include <cli/import/json_lines_reader.hpp>
#include <cli/import/xes_reader.hpp>

#include <algorithm>

namespace annals::cli::imports {

using eventstore::invalid_request;

auto parse_format(std::string_view name) -> file_format
{
    if (name == "csv") return file_format::csv;
    if (name == "xes") return file_format::xes;
    if (name == "jsonl") return file_format::json_lines;
    throw invalid_request("\"" + std::string(name) + "\" is not a format: csv, xes or jsonl");
}

auto format_of(const std::filesystem::path& path) -> file_format
{
    auto name = path.filename().string();
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    std::string_view rest = name;
    if (rest.ends_with(".gz")) rest.remove_suffix(3);
    if (rest.ends_with(".csv")) return file_format::csv;
    if (rest.ends_with(".xes")) return file_format::xes;
    if (rest.ends_with(".jsonl") || rest.ends_with(".ndjson")) return file_format::json_lines;
    throw invalid_request("the name of " + path.string() + " does not say its format; add --format csv, xes or jsonl");
}

auto open_rows(const std::filesystem::path& path, file_format format, char delimiter) -> std::unique_ptr<row_reader>
{
    switch (format) {
        case file_format::csv: return std::make_unique<csv_reader>(path, delimiter);
        case file_format::xes: return std::make_unique<xes_reader>(path);
        case file_format::json_lines: break;
    }
    return std::make_unique<json_lines_reader>(path);
}

}  // namespace annals::cli::imports
