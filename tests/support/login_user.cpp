// SPDX-License-Identifier: Apache-2.0
#include <tests/support/login_user.hpp>

#include <annals/libpq/connection.hpp>

namespace annals::tests {

using libpq::connection;

login_user::login_user(const temporary_database& database, std::string_view name, std::span<const std::string> roles)
    : name_(database.name() + "_" + std::string(name)), dsn_(database.dsn() + " user=" + name_)
{
    connection administration("");
    administration.execute("create role " + name_ + " login");
    for (const auto& role : roles) administration.execute("grant " + role + " to " + name_);
}

login_user::~login_user()
{
    try {
        connection("").execute("drop role " + name_);
    } catch (const std::exception&) {
        // It owns something in a database that still exists; it does no harm.
    }
}

}  // namespace annals::tests
