// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/at_least.hpp>

#include <charconv>

namespace annals::cli {

auto at_least(std::int64_t least) -> CLI::Validator
{
    const auto problem = [least](const std::string& text) -> std::string {
        std::int64_t number = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failed == std::errc{} && end == text.data() + text.size() && number >= least) return {};
        return "a whole number from " + std::to_string(least) + " on, not \"" + text + "\"";
    };
    return CLI::Validator(problem, "");
}

}  // namespace annals::cli
