// SPDX-License-Identifier: Apache-2.0
#include <annals/app/read_only.hpp>

#include <annals/app/failure.hpp>
#include <annals/libpq/connection.hpp>

namespace annals::app {
namespace {

using libpq::connection;

constexpr auto select_cause = R"sql(
    select current_setting('transaction_read_only')::bool, pg_is_in_recovery(), source, current_database()::text,
           current_user::text,
           coalesce((select bool_or(has_table_privilege(c.oid, 'insert'))
                     from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where n.nspname = 'annals' and c.relname in ('events', 'checkpoints')), true)
    from pg_settings where name = 'default_transaction_read_only'
)sql";

struct cause {
    std::string where, reset;
    bool is_own = true;      ///< of this user or this connection
};

auto cause_of(const std::string& source, const std::string& database, const std::string& user) -> cause
{
    const auto reset = [](const std::string& whose) {
        return "alter " + whose + " reset default_transaction_read_only";
    };
    if (source == "database") return {" for the database " + database, reset("database \"" + database + "\""), false};
    if (source == "user") return {" for the user " + user, reset("role \"" + user + "\"")};
    if (source == "database user")
        return {" for the user " + user + " in this database",
                reset("role \"" + user + "\" in database \"" + database + "\"")};
    if (source == "client") return {" by the options of this connection", "take it out of PGOPTIONS or the DSN"};
    return {" for the whole server", reset("system") + "; select pg_reload_conf()", false};
}

}  // namespace

auto why_read_only(connection& server) -> std::optional<read_only>
{
    const auto row = server.query(select_cause);
    if (!row.get<bool>(0, 0)) return std::nullopt;
    const auto name = "PostgreSQL at " + server.server();
    if (row.get<bool>(0, 1))
        return read_only{.what = name + " is a standby, or is being recovered: nothing can be written",
                         .to_do = "connect to the primary (--dsn), or wait until this one is promoted"};
    const auto found = cause_of(row.get<std::string>(0, 2), row.get<std::string>(0, 3), row.get<std::string>(0, 4));
    return read_only{.what = name + " is read-only: default_transaction_read_only is on" + found.where,
                     .to_do = found.reset,
                     .harms = !found.is_own || row.get<bool>(0, 5)};
}

void require_writable(const std::string& dsn)
{
    connection server(dsn);
    if (const auto why = why_read_only(server)) throw failure(why->what, why->to_do);
}

}  // namespace annals::app
