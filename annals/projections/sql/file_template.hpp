// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <functional>
#include <span>
#include <string>

namespace annals::projections {

/// The text of a projection file to begin with: a row for each key of a category, with what its events said last. Its
/// comments say what each part does. Its blocks and columns are the types and the members of the payloads in `sample`;
/// without any event there is one block, and an example of another in a comment.
/// `quoted` gives a name as SQL must write it (PostgreSQL's quote_ident). Throws `invalid_request` when `name` or
/// `category` cannot be one, or a payload is no JSON.
auto file_template(const std::string& name, const std::string& category,
                   std::span<const eventstore::recorded_event> sample,
                   const std::function<std::string(const std::string&)>& quoted) -> std::string;

}  // namespace annals::projections
