// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace annals::facts {

/// A test expected something else. The message begins with the line of the test that says so: `file:line: `.
class unexpected : public std::logic_error {
public:
    unexpected(const std::string& difference, const std::source_location& where)
        : std::logic_error(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " + difference)
    {}
};

}  // namespace annals::facts
