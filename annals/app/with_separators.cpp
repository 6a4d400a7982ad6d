// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>

#include <algorithm>

namespace annals::app {

auto with_separators(std::int64_t number) -> std::string { return with_separators(std::to_string(number)); }

auto with_separators(std::string_view digits) -> std::string
{
    std::string text(digits);
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const auto end = std::min(text.find('.'), text.size());
    for (auto place = end; place > first + 3;) text.insert(place -= 3, ",");
    return text;
}

}  // namespace annals::app
