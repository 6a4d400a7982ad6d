// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/text_encoding.hpp>

#include <annals/eventstore/payload_check.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace annals::cli::imports {
namespace {

constexpr std::size_t shown_max = 20;

/// How many bytes the character at the front has; 0 when it is invalid.
auto character(std::string_view text) -> std::size_t
{
    for (std::size_t bytes = 1; bytes <= std::min<std::size_t>(4, text.size()); ++bytes)
        if (eventstore::is_utf8(text.substr(0, bytes))) return bytes;
    return 0;
}

}  // namespace

auto fault_of_text(std::string_view bytes) -> std::optional<std::string>
{
    if (bytes.find('\0') != std::string_view::npos) return "holds a zero byte, which cannot be stored";
    if (eventstore::is_utf8(bytes)) return std::nullopt;
    std::size_t good = 0;
    std::size_t shown_from = 0;
    for (std::size_t size = character(bytes); size > 0; size = character(bytes.substr(good))) {
        good += size;
        if (good - shown_from > shown_max) shown_from += character(bytes.substr(shown_from));
    }
    std::array<char, 8> byte{};
    std::snprintf(byte.data(), byte.size(), "0x%02X", static_cast<unsigned>(static_cast<unsigned char>(bytes[good])));
    return std::string("is not UTF-8: there is the byte ") + byte.data()
           + (good == 0 ? " at its beginning"
                        : " after \"" + std::string(bytes.substr(shown_from, good - shown_from)) + "\"");
}

auto how_to_read(std::string_view bytes) -> std::string
{
    if (bytes.find('\0') == std::string_view::npos) return how_to_convert();
    return "is it a text? To remove its zero bytes: tr -d '\\000' < FILE | annals import - …";
}

auto how_to_convert(std::string_view encoding) -> std::string
{
    return "convert the file to UTF-8, for example: iconv -f " + std::string(encoding)
           + " -t UTF-8 FILE | annals import - …";
}

}  // namespace annals::cli::imports
