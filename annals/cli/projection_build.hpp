// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/operations/rebuild.hpp>
#include <annals/projections/rebuild/comparison.hpp>

#include <optional>
#include <stop_token>
#include <string>

namespace annals::cli {

/// How a person calls a version that is built: "parcels version 2", or "parcels version 1, built again".
auto name_of(const operations::version_pair&) -> std::string;

/// Waits until the version that is built has come as far as the log, with a progress bar. Returns false when a stop was
/// requested. Throws `failure` when it cannot come so far.
auto wait_until_built(const session&, eventstore::store&, operations::version_pair&, operations::requested_build&,
                      const std::stop_token&) -> bool;

/// Compares both, with a note for each table.
auto compare_with_notes(const session&, const operations::version_pair&, std::size_t differences_max)
    -> projections::rebuild::comparison;

}  // namespace annals::cli
