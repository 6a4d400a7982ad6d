// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/sql/sql_file.hpp>
#include <tests/support/database.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::tests {

/// A database with the hospital's log.
struct hospital {
    temporary_database database;
    pqxx::connection session{database.dsn()};

    hospital();

    /// Registers the file and applies the whole log to it, in batches of a random size.
    void project(const projections::sql_file&, int batch_events_max, unsigned seed);

    auto ask(const std::string& query) -> std::vector<std::string>;
};

}  // namespace annals::tests
