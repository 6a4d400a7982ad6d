// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/sagas/definition/definition.hpp>

#include <string>

namespace annals::sagas {

/// The saga that a file defines, as TOML (`.toml`) or JSON (`.json`), checked. Throws `eventstore::invalid_request`
/// with the file and everything that is wrong, each with its step and field. It says the line of what is wrong in TOML,
/// and of where a text is not JSON.
auto read_definition(const std::string& path) -> definition;

}  // namespace annals::sagas
