// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace annals::cli {

/// An option that takes a duration: a whole number and `ms`, `s`, `min`, `h` or `d`. Anything else is wrong usage.
auto add_duration(CLI::App& verb, const std::string& name, std::chrono::milliseconds& to, const std::string& says)
    -> CLI::Option*;

}  // namespace annals::cli
