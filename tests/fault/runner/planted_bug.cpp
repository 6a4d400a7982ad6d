// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/planted_bug.hpp>

#include <algorithm>
#include <stdexcept>

namespace annals::fault_runs {

auto planted_bugs() -> std::span<const planted_bug>
{
    static const std::vector<planted_bug> all;
    return all;
}

auto find_planted_bug(const std::string& name) -> const planted_bug&
{
    const auto all = planted_bugs();
    const auto found = std::ranges::find(all, name, &planted_bug::name);
    if (found == all.end()) throw std::invalid_argument("there is no planted mistake \"" + name + "\"");
    return *found;
}

}  // namespace annals::fault_runs
