// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/eventstore/stream.hpp>

#include <optional>
#include <string>
#include <vector>

namespace annals::operations {

/// Where a category's logs end now (no further than `upto`), once their publishers have saved that everything up to
/// there is in the topic. Waits for that while they make progress; not for logs that are halted or have no publisher.
auto published_heads(app::context&, const std::string& category, std::optional<eventstore::log_position> upto)
    -> std::vector<eventstore::log_position>;

}  // namespace annals::operations
