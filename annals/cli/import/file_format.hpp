// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_reader.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace annals::cli::imports {

enum class file_format { csv, xes, json_lines };

/// `csv`, `xes` or `jsonl`. Throws `invalid_request`.
auto parse_format(std::string_view name) -> file_format;

/// The format by a file's name: `.csv`, `.tsv`, `.xes`, `.jsonl` or `.ndjson`, each also followed by `.gz`.
auto format_of(const std::filesystem::path&) -> std::optional<file_format>;

/// The format by the first bytes of a file: an XML document, a JSON object, otherwise CSV.
auto format_in(std::string_view beginning) -> file_format;

/// Opens a file (`-`: standard input) in the given format; otherwise by its name, otherwise by its content.
/// Throws `invalid_request` when it cannot be opened, `unreadable_file` when it is none of these (a web page, a
/// spreadsheet, an archive, UTF-16), is empty, or looks like another format than its name says.
/// The delimiter is for CSV: without one it is a comma, or a tab in a file called `.tsv`.
auto open_rows(const std::filesystem::path&, std::optional<file_format> told = {}, std::optional<char> delimiter = {})
    -> std::unique_ptr<row_reader>;

}  // namespace annals::cli::imports
