// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/import/row_reader.hpp>

#include <filesystem>
#include <memory>

namespace annals::cli::imports {

enum class file_format { csv, xes, json_lines };

/// `csv`, `xes` or `jsonl`. Throws `invalid_request`.
auto parse_format(std::string_view name) -> file_format;

/// What a file's name says: `.csv`, `.xes`, `.jsonl` or `.ndjson`, each also with `.gz` behind it.
/// Throws `invalid_request` for other names.
auto format_of(const std::filesystem::path&) -> file_format;

/// Throws `invalid_request` when the file cannot be opened. The delimiter is for CSV.
auto open_rows(const std::filesystem::path&, file_format, char delimiter = ',') -> std::unique_ptr<row_reader>;

}  // namespace annals::cli::imports
