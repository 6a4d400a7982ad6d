// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace annals::benchmarks {

/// Where `./dev bench` put a peer, by its variable. Empty, with a message that says why, when it could not.
auto place_of(const std::string& peer, const std::string& variable) -> std::string;

/// A command line without quotes.
auto words(const std::string& text) -> std::vector<std::string>;

}  // namespace annals::benchmarks
