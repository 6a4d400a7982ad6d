// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/command.hpp>

#include <compare>
#include <set>
#include <string>

namespace annals::sagas {

/// A kind of command that the code of this program sends somewhere.
struct sent_command {
    std::string category;                    ///< of the aggregate
    std::string name;

    auto operator<=>(const sent_command&) const = default;
};

/// All that are sent somewhere in this program's code, complete before `main` begins: so a command that the program
/// cannot carry out is found at the start, and not when it is sent first.
auto sent_commands() -> const std::set<sent_command>&;

namespace detail {

auto note_sent(sent_command) -> bool;

/// Made before `main` for each pair that is named in the code.
template <class Aggregate, class Command>
inline const bool is_noted = note_sent({std::string(Aggregate::category), commands::name_of<Command>()});

}  // namespace detail
}  // namespace annals::sagas
