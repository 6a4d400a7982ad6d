// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the mistakes include, compiled once for all of them. With libpqxx's headers and no others of a database: what a
// user includes must need no more.

#include <cli/program.hpp>
#include <commands/given.hpp>
#include <commands/handle.hpp>
#include <eventstore/facts.hpp>
#include <projections/given.hpp>
#include <queries/ask.hpp>
