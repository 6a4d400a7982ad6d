// SPDX-License-Identifier: Apache-2.0
#include <cli/suggestion.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace annals::cli {
namespace {

/// Optimal string alignment: how many letters must be added, removed, changed, or swapped with their neighbour.
auto distance(std::string_view a, std::string_view b) -> std::size_t
{
    std::vector<std::size_t> before_last, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            row[j + 1] = std::min({row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1)});
            const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            if (swapped) row[j + 1] = std::min(row[j + 1], before_last[j - 1] + 1);
        }
        before_last = std::exchange(last, row);
    }
    return last.back();
}

}  // namespace

auto nearest(std::string_view word, const std::vector<std::string>& names) -> std::optional<std::string>
{
    std::optional<std::string> best;
    auto best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const auto& name : names) {
        const bool begins_so = word.size() >= 3 && name.starts_with(word);
        const auto far = begins_so ? std::size_t{0} : distance(word, name);
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

}  // namespace annals::cli
