// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace annals::benchmarks {

/// A fresh, migrated database on the server that the PG* environment names; dropped at the end.
class scratch_database {
public:
    scratch_database();
    ~scratch_database();
    scratch_database(const scratch_database&) = delete;
    auto operator=(const scratch_database&) -> scratch_database& = delete;

    auto dsn() const -> std::string { return "dbname=" + name_; }

private:
    std::string name_;
};

}  // namespace annals::benchmarks
