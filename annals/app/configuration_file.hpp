// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/configuration.hpp>

namespace annals::app {

/// The values of a TOML file by dotted name, each with `file:line` as its origin.
/// Throws `failure` (wrong usage) saying where it cannot be read.
auto read_configuration_file(const std::string& path) -> std::map<std::string, setting>;

}  // namespace annals::app
