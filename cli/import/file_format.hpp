// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/row_reader.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace annals::cli::imports {

enum class file_format { csv, xes, json_lines };

/// `csv`, `xes` or `jsonl`. Throws `invalid_request`.
auto parse_format(std::string_view name) -> file_format;

/// What a file's name says: `.csv`, `.tsv`, `.xes`, `.jsonl` or `.ndjson`, each also with `.gz` behind it.
auto format_of(const std::filesystem::path&) -> std::optional<file_format>;

/// What the first bytes of a file look like: an XML document, a JSON object, else CSV.
auto format_in(std::string_view beginning) -> file_format;

/// Opens a file (`-`: standard input) as what was told, else as what its name says, else as what it looks like.
/// Throws `invalid_request` when it cannot be opened, `unreadable_file` when it is none of these (a web page, a
/// spreadsheet, an archive, UTF-16), is empty, or looks like another format than its name says.
/// The delimiter is for CSV: a comma, in a file called `.tsv` a tab, when it is not told.
auto open_rows(const std::filesystem::path&, std::optional<file_format> told = {}, std::optional<char> delimiter = {})
    -> std::unique_ptr<row_reader>;

}  // namespace annals::cli::imports
