// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/category_names.hpp>

#include <algorithm>

namespace annals::processors {
namespace {

auto trimmed(std::string_view text) -> std::string_view
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

auto category_names::split() const -> std::vector<std::string>
{
    std::vector<std::string> names;
    for (auto text : texts_)
        while (!trimmed(text).empty()) {
            const auto comma = std::min(text.find(','), text.size());
            names.emplace_back(trimmed(text.substr(0, comma)));
            text.remove_prefix(std::min(comma + 1, text.size()));
        }
    return names;
}

}  // namespace annals::processors
