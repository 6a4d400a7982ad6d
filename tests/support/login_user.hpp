// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/database.hpp>

#include <span>
#include <string>
#include <string_view>

namespace annals::tests {

/// A user of the server that is a member of the given roles and nothing else; dropped at the end.
class login_user {
public:
    /// `database`: the one that `dsn` leads to; it also makes the user's name unique in the cluster.
    login_user(const temporary_database& database, std::string_view name, std::span<const std::string> roles);
    ~login_user();
    login_user(const login_user&) = delete;
    auto operator=(const login_user&) -> login_user& = delete;

    auto name() const -> const std::string& { return name_; }
    auto dsn() const -> const std::string& { return dsn_; }

private:
    std::string name_;
    std::string dsn_;
};

}  // namespace annals::tests
