// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/rebuild/comparison.hpp>
#include <annals/projections/rebuild/swap.hpp>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace annals::projections::rebuild {

/// Both versions as they were at the same positions of all logs that both follow, compared row by row. Of a copy all
/// tables are compared, of another version what analysts see. The live one is held for some milliseconds, until there
/// is a snapshot of that moment. `before`: as in `compare`. Throws a retryable `error`, saying why, when they do not
/// come to the same positions: nobody builds one of them, or the live one stands still.
auto compare_versions(const std::string& model_dsn, const version_pair&, std::size_t differences_max,
                      const std::function<void(const std::string& table)>& before = {}) -> comparison;

}  // namespace annals::projections::rebuild
