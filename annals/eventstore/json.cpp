// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/json.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/payload_check.hpp>

#include <cmath>

namespace annals::eventstore {

auto to_text(const json& value, std::string_view what) -> std::string
{
    try {
        return value.dump();
    } catch (const json::type_error&) {
        throw invalid_request(std::string(what) + " holds a text that is not valid UTF-8");
    }
}

auto fault_of_value(const json& value) -> std::optional<std::string>
{
    if (value.is_binary() || value.is_discarded()) return "holds a value that JSON has no form for";
    if (value.is_number_float() && !std::isfinite(value.get<double>()))
        return "holds the number " + std::to_string(value.get<double>()) + ", which JSON does not have";
    if (value.is_string() && value.get_ref<const std::string&>().contains('\0'))
        return "holds \\u0000, which jsonb refuses";
    if (value.is_string() && !is_utf8(value.get_ref<const std::string&>()))
        return "holds a text that is not valid UTF-8";
    if (!value.is_structured()) return {};
    for (const auto& [name, member] : value.items()) {
        if (!is_utf8(name)) return "holds a name that is not valid UTF-8";
        if (auto fault = fault_of_value(member)) return fault;
    }
    return {};
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
