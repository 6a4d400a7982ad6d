// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/session.hpp>
#include <eventstore/stream.hpp>

#include <optional>
#include <string>
#include <vector>

namespace annals::cli {

/// Where a category's logs end now (no further than `upto`), once their publishers have written down that this much is
/// in the topic. Waits for that as long as they get on with it; not for a log that is halted, or that nobody publishes.
auto published_heads(session&, const std::string& category, std::optional<eventstore::log_position> upto)
    -> std::vector<eventstore::log_position>;

}  // namespace annals::cli
