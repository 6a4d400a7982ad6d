// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/rebuild/shown_change.hpp>
#include <annals/projections/registry.hpp>

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::projections::rebuild {

/// A version that is live, and another one that takes its place.
struct version_pair {
    registry::entry live, built;

    /// Whether the built one is a second copy of the live one.
    auto is_copy() const -> bool { return original_name(built.id.name) != built.id.name; }
};

/// What becomes of the names in `read`, a sentence for each that does not stay as it is.
auto lines_of(const shown_change&) -> std::vector<std::string>;
/// Throws `invalid_request`, naming what depends on names that cannot stay as they are.
[[noreturn]] void refuse_dependents(const shown_change&);

/// Throws a retryable `error` when the built version has parked more events than the live one.
void check_parked(pqxx::transaction_base&, const version_pair&);

/// Waits until no transaction of this database has a snapshot from before this moment: such a snapshot would see only
/// a part of the rows that were built. `tell` is called about every second with the one that is waited for. Returns
/// whether it came to an end before a stop was requested.
auto wait_for_older_snapshots(pqxx::connection&, const std::stop_token&, const std::function<void(std::string)>& tell)
    -> bool;

struct swap_settings {
    std::chrono::hours kept_for{24};  ///< how long the version that was live goes on being applied
    bool drops_dependents = false;  ///< objects that cannot survive are dropped, instead of a refusal
};

/// Shows the built version under the names of the live one, in one transaction: a query sees one or the other. The
/// built one is at least as far then, in every log. A copy becomes the version itself, and the rows that it replaces
/// are dropped; another version keeps the former one beside it. Tries again, with pauses, while queries of readers
/// hold the names; readers never wait longer than a tenth of a second. `tell`: as above. Returns false when a stop was
/// requested before. Throws `invalid_request` when objects depend on what is dropped, naming them, `check_parked`'s
/// error, a retryable `error` when the built version does not come as far, and `pqxx::failure`.
auto swap(const std::string& model_dsn, const version_pair&, const swap_settings&, const std::stop_token&,
          const std::function<void(std::string)>& tell) -> bool;

}  // namespace annals::projections::rebuild
