// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_reader.hpp>

#include <zlib.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace annals::cli::imports {

/// A file with the given bytes, removed at the end of the test.
class temporary_file {
public:
    enum class packing { none, gzip };

    explicit temporary_file(std::string_view bytes, std::string_view suffix = ".csv", packing packed = packing::none)
    {
        static std::atomic<int> count = 0;
        path_ = std::filesystem::temp_directory_path()
                / ("annals-import-" + std::to_string(getpid()) + "-" + std::to_string(count++) + std::string(suffix));
        if (packed == packing::none) {
            std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        } else {
            const auto file = gzopen(path_.c_str(), "wb");
            gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
            gzclose(file);
        }
    }
    ~temporary_file() { std::filesystem::remove(path_); }
    temporary_file(const temporary_file&) = delete;
    auto operator=(const temporary_file&) -> temporary_file& = delete;

    auto path() const -> const std::filesystem::path& { return path_; }

private:
    std::filesystem::path path_;
};

/// Keeps what a reader gives: good rows as `column=value` joined by `|` (JSON values in angle brackets), bad ones as
/// `! line: why`.
inline auto all_rows(row_reader& reader) -> std::vector<std::string>
{
    std::vector<std::string> rows;
    while (const auto next = reader.next()) {
        auto& text = rows.emplace_back();
        if (!*next) {
            text = "! " + std::to_string(next->error().line) + ": " + next->error().why;
            continue;
        }
        text = std::to_string((*next)->line) + ":";
        for (const auto& cell : (*next)->cells) {
            const bool is_json = cell.kind == cell_kind::json;
            if (text.back() != ':') text += '|';
            text +=
                std::string(cell.column) + "=" + (is_json ? "<" : "") + std::string(cell.value) + (is_json ? ">" : "");
        }
    }
    return rows;
}

using rows = std::vector<std::string>;

}  // namespace annals::cli::imports
