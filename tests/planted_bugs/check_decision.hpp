// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/planted_bugs/bug.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace annals::planted_bugs {

/// The tables in the decision say the same as the bugs themselves.
inline void check_is_in_the_decision(const bug& planted)
{
    std::ifstream in("docs/decisions/0016-histories-are-checked.md");
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    const auto row = "| " + planted.name + " | " + planted.caught_by + " |";
    CHECK_MESSAGE(page.find(row) != std::string::npos, "docs/decisions/0016 has no row: ", row);
}

}  // namespace annals::planted_bugs
