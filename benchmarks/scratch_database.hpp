// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/undo.hpp>

#include <string>
#include <string_view>

namespace annals::benchmarks {

/// Drops a database on the server that the PG* environment names; a missing one is no error.
void create_database(const std::string& name);
void drop_database(const std::string& name);

/// A fresh database on the server that the PG* environment names; dropped at the end, even when a signal ends the
/// process.
class empty_database {
public:
    /// `of`: distinguishes the databases of one process.
    explicit empty_database(std::string_view of);

    auto name() const -> const std::string& { return name_; }
    auto dsn() const -> std::string { return "dbname=" + name_; }

private:
    std::string name_;
    undo drop_;
};

/// The same with annals' schema.
class scratch_database : public empty_database {
public:
    scratch_database();
};

}  // namespace annals::benchmarks
