// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/byte_source.hpp>
#include <annals/cli/import/row_buffer.hpp>

namespace annals::cli::imports {

/// Reads one JSON object per line, in UTF-8; its members are the columns. Texts are texts; every other value is kept
/// as JSON, with numbers exactly as they were written. Empty lines are skipped.
class json_lines_reader final : public row_reader {
public:
    explicit json_lines_reader(byte_source source) : source_(std::move(source)) {}
    explicit json_lines_reader(const std::filesystem::path& path) : source_(path) {}

    auto next() -> std::optional<std::expected<row, bad_row>> override;
    auto columns() const -> std::optional<std::vector<std::string>> override { return std::nullopt; }
    auto line() const -> std::uint64_t override { return source_.line(); }
    auto progress() const -> read_progress override { return source_.progress(); }

private:
    auto read_line() -> bool;

    byte_source source_;
    std::string text_;
    bool too_large_ = false;
    row_buffer buffer_;
};

}  // namespace annals::cli::imports
