// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/single_byte_encoding.hpp>

#include <iconv.h>

#include <bit>
#include <cerrno>
#include <cstdint>

namespace annals::cli::imports {
namespace {

constexpr auto utf32 = std::endian::native == std::endian::little ? "UTF-32LE" : "UTF-32BE";

/// A converter from one encoding to characters.
class converter {
public:
    explicit converter(const std::string& name) : handle_(iconv_open(utf32, name.c_str())) {}
    ~converter()
    {
        if (is_open()) iconv_close(handle_);
    }
    converter(const converter&) = delete;
    auto operator=(const converter&) -> converter& = delete;

    auto is_open() const -> bool { return handle_ != reinterpret_cast<iconv_t>(-1); }

    /// The character of one byte, -1 for none; nothing when more bytes belong to it.
    auto character(unsigned char byte) -> std::optional<int>
    {
        char in = static_cast<char>(byte);
        std::uint32_t out = 0;
        char* from = &in;
        char* to = reinterpret_cast<char*>(&out);
        std::size_t from_left = 1;
        std::size_t to_left = sizeof out;
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        if (iconv(handle_, &from, &from_left, &to, &to_left) == static_cast<std::size_t>(-1))
            return errno == EILSEQ ? std::optional<int>(-1) : std::nullopt;
        if (to_left > 0) return std::nullopt;
        return static_cast<int>(out);
    }

private:
    iconv_t handle_;
};

}  // namespace

auto single_byte_encoding(const std::string& name) -> std::optional<std::array<int, 256>>
{
    converter from(name);
    if (!from.is_open()) return std::nullopt;
    std::array<int, 256> characters{};
    for (int byte = 0; byte < 256; ++byte) {
        const auto character = from.character(static_cast<unsigned char>(byte));
        if (!character) return std::nullopt;
        characters[static_cast<std::size_t>(byte)] = *character;
    }
    const bool is_latin = characters['<'] == '<' && characters['a'] == 'a' && characters['\x1B'] == 0x1B;
    return is_latin ? std::optional(characters) : std::nullopt;
}

}  // namespace annals::cli::imports
