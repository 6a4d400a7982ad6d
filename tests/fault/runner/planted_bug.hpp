// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/schedule.hpp>
#include <tests/fault/runner/tcp_proxy.hpp>

#include <span>
#include <string>
#include <vector>

namespace annals::fault_runs {

/// A mistake that annals could have, planted around it: annals itself stays as it is.
struct planted_bug {
    std::string name;
    std::string caught_by;                   ///< the beginning of the name of a check that must see it
    preference preferred = {};               ///< what brings it to light
    std::vector<std::string> sql = {};       ///< statements that spoil the database
    std::vector<rewritten_text> rewritten = {};  ///< in the statements that processes send to PostgreSQL
    std::string producer = {};               ///< what is done to records on their way into librdkafka
};

auto planted_bugs() -> std::span<const planted_bug>;

/// Throws `std::invalid_argument` for a name that is not there.
auto find_planted_bug(const std::string& name) -> const planted_bug&;

}  // namespace annals::fault_runs
