// SPDX-License-Identifier: Apache-2.0
#include <eventstore/json.hpp>

#include <eventstore/errors.hpp>

namespace annals::eventstore {

auto to_text(const json& value, std::string_view what) -> std::string
{
    try {
        return value.dump();
    } catch (const json::type_error&) {
        throw invalid_request(std::string(what) + " holds a text that is not valid UTF-8");
    }
}

auto excerpt(const json& value) -> std::string
{
    constexpr std::size_t bytes_max = 80;
    auto text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() <= bytes_max) return text;
    auto cut = bytes_max;
    while ((text[cut] & 0xc0) == 0x80) --cut;
    return text.substr(0, cut) + "...";
}

}  // namespace annals::eventstore
