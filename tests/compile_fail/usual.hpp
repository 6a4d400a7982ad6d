// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every mistake begins with this: the headers, compiled once for all of them. libpqxx is the only database library:
// users' headers must need no other.

#include <annals/cli/program.hpp>
#include <annals/commands/given.hpp>
#include <annals/commands/handle_all.hpp>
#include <annals/facts/facts.hpp>
#include <annals/projections/given.hpp>
#include <annals/queries/ask.hpp>
#include <annals/service/service.hpp>
#include <annals/testing/given.hpp>

namespace laboratory {
using namespace annals;
using eventstore::recorded_event;

/// For a reader that does nothing with a fact.
inline constexpr auto nothing = [](const auto&) {};
}  // namespace laboratory
