// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace annals::sagas {

/// A TOML document as JSON, and the line of each value by its path, such as `steps[1].timeout`.
struct parsed_toml {
    eventstore::json value;
    std::map<std::string, std::uint32_t> lines;
};

/// Throws `eventstore::invalid_request` with file and line when a text is not TOML, or holds a date or a time, which
/// JSON has none of. `file` is for the message.
auto parse_toml(const std::string& text, const std::string& file) -> parsed_toml;

}  // namespace annals::sagas
