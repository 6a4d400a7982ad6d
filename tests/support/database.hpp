// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace annals::tests {

/// A fresh, migrated database on the server of the PG* environment; dropped at the end, even with open sessions. Made
/// in some 50 ms as a copy of a template, which the first test with these migrations creates. Throws "run ./dev test"
/// when no server is named.
class temporary_database {
public:
    temporary_database();
    ~temporary_database();
    temporary_database(const temporary_database&) = delete;
    auto operator=(const temporary_database&) -> temporary_database& = delete;

    /// For libpq and libpqxx, in this process and in those it starts.
    auto dsn() const -> std::string { return "dbname=" + name_; }
    auto name() const -> const std::string& { return name_; }

private:
    std::string name_;
};

/// The same without any migration.
class empty_database {
public:
    empty_database();
    ~empty_database();
    empty_database(const empty_database&) = delete;
    auto operator=(const empty_database&) -> empty_database& = delete;

    auto dsn() const -> std::string { return "dbname=" + name_; }

private:
    std::string name_;
};

}  // namespace annals::tests
