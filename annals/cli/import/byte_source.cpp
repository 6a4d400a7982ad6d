// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/byte_source.hpp>

#include <zlib.h>

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace annals::cli::imports {

using eventstore::invalid_request;

void byte_source::closer::operator()(gzFile_s* file) const { gzclose_r(file); }

byte_source::byte_source(const std::filesystem::path& path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw invalid_request(path.string() + " is a directory; name a file");
    errno = 0;
    file_.reset(path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb"));
    if (!file_)
        throw invalid_request((path == "-" ? "standard input" : path.string())
                              + " cannot be opened: " + std::generic_category().message(errno == 0 ? ENOMEM : errno));
    const auto bytes = std::filesystem::file_size(path, error);
    bytes_total_ = error ? 0 : bytes;
    if (ahead().starts_with("\xEF\xBB\xBF")) next_ = 3;
}

auto byte_source::ahead() -> std::string_view
{
    if (peek() == end) return {};
    return {buffer_.data() + next_, filled_ - next_};
}

auto byte_source::fill() -> bool
{
    const int count = gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
    next_ = 0;
    filled_ = count > 0 ? static_cast<std::size_t>(count) : 0;
    bytes_unpacked_ += filled_;
    if (filled_ > 0) return true;

    int error = Z_OK;
    const std::string text = gzerror(file_.get(), &error);
    if (error == Z_BUF_ERROR) throw unreadable_file("the file is cut off: its gzip stream does not end");
    if (error == Z_ERRNO) throw unreadable_file("the file cannot be read: " + std::generic_category().message(errno));
    if (error != Z_OK) throw unreadable_file("the file's gzip stream is damaged: " + text);
    return false;
}

auto byte_source::chunk() -> std::string_view
{
    const auto rest = ahead();
    next_ = filled_;
    return rest;
}

auto byte_source::progress() const -> read_progress
{
    const auto offset = bytes_total_ == 0 ? -1 : gzoffset(file_.get());
    return {offset < 0 ? bytes_unpacked_ : static_cast<std::uint64_t>(offset), bytes_total_};
}

}  // namespace annals::cli::imports
