// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/rebuild/shown_change.hpp>

#include <pqxx/pqxx>

#include <string>

namespace annals::projections::rebuild {

enum class on_dependents {
    refuse,                                  ///< the server refuses to drop a view on which something depends
    drop                                     ///< those that the change lists are dropped, too
};

/// Shows the tables of another version in the schema `read`, as a part of the caller's transaction: readers see the
/// old ones until it ends, and wait only for its end. Views that are kept, or created again, have their owner and
/// their privileges as before; a privilege on a column goes with the column. Comments are those of the new tables.
///
/// Locks the views (ACCESS EXCLUSIVE). Throws `invalid_request`, with nothing dropped, when something depends on a
/// dropped view that the change does not list; `pqxx::sql_error` when something depends on it and nothing may be
/// dropped (SQLSTATE 2BP01), or when a lock is not to be had in time.
void replace_shown(pqxx::transaction_base&, const shown_change&, const std::string& new_schema,
                   on_dependents = on_dependents::refuse);

}  // namespace annals::projections::rebuild
