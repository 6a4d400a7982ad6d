// SPDX-License-Identifier: Apache-2.0
#include <annals/app/suggestion.hpp>

#include <annals/eventstore/edit_distance.hpp>

#include <algorithm>

namespace annals::app {

auto nearest(std::string_view word, const std::vector<std::string>& names) -> std::optional<std::string>
{
    std::optional<std::string> best;
    auto best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const auto& name : names) {
        const bool begins_so = word.size() >= 3 && name.starts_with(word);
        const auto far = begins_so ? std::size_t{0} : eventstore::edit_distance(word, name);
        if (far >= best_distance) continue;
        best = name;
        best_distance = far;
    }
    return best;
}

auto did_you_mean(std::string_view word, const std::vector<std::string>& names, const std::string& otherwise)
    -> std::string
{
    const auto near = nearest(word, names);
    return near ? "did you mean " + *near + "?" : otherwise;
}

}  // namespace annals::app
