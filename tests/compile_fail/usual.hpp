// SPDX-License-Identifier: Apache-2.0
#pragma once
// The headers that the mistakes include, compiled once for all of them. libpqxx is the only database library: users'
// headers must need no other.

#include <cli/program.hpp>
#include <commands/given.hpp>
#include <commands/handle.hpp>
#include <facts/facts.hpp>
#include <projections/given.hpp>
#include <queries/ask.hpp>
