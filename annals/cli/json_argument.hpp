// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>

#include <string>

namespace annals::cli {

/// JSON from the command line: the text itself, a file's (`@context.json`), or standard input's (`-`). `what` names it
/// in messages. Throws `failure` (wrong usage) when it is no JSON, or the file cannot be read.
auto json_of(const std::string& what, const std::string& text) -> eventstore::json;

/// The same; an object.
auto json_object_of(const std::string& what, const std::string& text) -> eventstore::json;

}  // namespace annals::cli
