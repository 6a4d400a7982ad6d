// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/row_reader.hpp>

#include <array>
#include <filesystem>
#include <memory>

struct gzFile_s;

namespace annals::cli::imports {

/// A file's bytes one after the other, unpacked when it is gzip (recognised by its first bytes, not by its name).
/// Skips a byte order mark of UTF-8 at the beginning.
class byte_source {
public:
    static constexpr int end = -1;

    /// `-` is standard input. Throws `invalid_request` when there is no such file.
    explicit byte_source(const std::filesystem::path&);

    /// The next byte as 0 … 255, or `end`. Throws `unreadable_file`.
    auto peek() -> int
    {
        if (next_ == filled_ && !fill()) return end;
        return static_cast<unsigned char>(buffer_[next_]);
    }

    auto get() -> int
    {
        const int byte = peek();
        if (byte == end) return end;
        ++next_;
        if (byte == '\r' || (byte == '\n' && !after_return_)) ++line_;
        after_return_ = byte == '\r';
        return byte;
    }

    /// The bytes that follow, as far as they are in memory, without moving on: the first 64 KiB of a file just
    /// opened.
    auto ahead() -> std::string_view;

    /// The same, and moves on after them: at least one byte unless at the end of the file; valid until the next call.
    auto chunk() -> std::string_view;

    /// The line of the next byte; lines end with LF, CR LF or CR. Does not count lines of a `chunk`.
    auto line() const -> std::uint64_t { return line_; }

    auto progress() const -> read_progress;

private:
    struct closer {
        void operator()(gzFile_s*) const;
    };

    auto fill() -> bool;

    std::unique_ptr<gzFile_s, closer> file_;
    std::uint64_t bytes_total_ = 0;
    std::uint64_t bytes_unpacked_ = 0;
    std::array<char, 64 << 10> buffer_{};
    std::size_t next_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t line_ = 1;
    bool after_return_ = false;
};

}  // namespace annals::cli::imports
