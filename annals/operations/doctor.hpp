// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/telemetry/log.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace annals::operations {

/// The findings of one check of the installation.
struct finding {
    enum class weight {
        well,
        advice,     ///< it works, but people should know
        problem     ///< something does not work, or will not
    };

    weight is = weight::well;
    std::string about;
    std::string found;
    std::string to_do;
    std::vector<telemetry::field> values = {};  ///< the names and numbers in `found`, for programs
};

/// Checks servers, schema, privileges, topics, publication, projections and processes. Changes nothing, and continues
/// after a failed check where the next one makes sense. `lag_max`: more events behind is a problem.
auto examine(app::context&, std::optional<std::int64_t> lag_max) -> std::vector<finding>;

}  // namespace annals::operations
