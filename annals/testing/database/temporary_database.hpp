// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <memory>
#include <string>

/// Tests of what is built on annals.
namespace annals::testing {

/// A migrated database of its own, dropped at the end, even with open sessions. Made in some 50 ms as a copy of a
/// template, which the first test with these migrations creates. What killed tests have left is dropped by the next,
/// and so are templates that were not used for a week.
class temporary_database {
public:
    /// `server`: a connection string; empty: the PG* environment. Its user may create databases and roles.
    /// Throws `eventstore::unavailable` when there is no server.
    explicit temporary_database(std::string server = "");
    ~temporary_database();
    temporary_database(const temporary_database&) = delete;
    auto operator=(const temporary_database&) -> temporary_database& = delete;

    /// For libpq and libpqxx, in this process and in those it starts.
    auto dsn() const -> const std::string& { return dsn_; }
    auto name() const -> const std::string& { return name_; }

private:
    class owner;

    std::string name_, dsn_;
    std::unique_ptr<owner> owner_;           // shows that the database is in use
};

}  // namespace annals::testing
