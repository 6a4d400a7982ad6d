// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/edit_distance.hpp>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace annals::eventstore {

auto edit_distance(std::string_view a, std::string_view b) -> std::size_t
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

}  // namespace annals::eventstore
