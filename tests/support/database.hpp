// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/testing/database/temporary_database.hpp>

#include <string>

namespace annals::tests {

/// On the server of the PG* environment. Throws "run ./dev test" when no server is named.
class temporary_database : public testing::temporary_database {
public:
    temporary_database();
};

/// A database of the same server without any migration.
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
