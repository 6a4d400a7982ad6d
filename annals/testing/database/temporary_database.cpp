// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/database/temporary_database.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/migrations/migrate.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace annals::testing {
namespace {

using libpq::connection, libpq::parameters;

constexpr std::string_view prefix = "annals_test_", template_prefix = "annals_template_";

auto named(std::string_view begin, const eventstore::uuid& id) -> std::string
{
    auto digits = eventstore::to_string(id);
    std::erase(digits, '-');
    return std::string(begin) + digits;
}

/// Changes with any migration.
auto template_name() -> std::string
{
    std::string all;
    for (const auto& file : migrations::embedded()) all.append(file.name) += file.checksum;
    return named(template_prefix, eventstore::uuid_of_name(all));
}

/// The same server, another database.
auto dsn_of(const std::string& server, const std::string& database) -> std::string
{
    auto text = "dbname=" + database;
    for (const auto& [keyword, value] : libpq::parse_dsn(server)) {
        if (keyword == "dbname") continue;
        text += " " + keyword + "='";
        for (const char c : value) text.append(c == '\'' || c == '\\' ? "\\" : "").push_back(c);
        text += '\'';
    }
    return text;
}

auto open(const std::string& server) -> connection
{
    try {
        return connection(server, "temporary database");
    } catch (const eventstore::unavailable& problem) {
        throw eventstore::unavailable(
            std::string("a temporary database needs a PostgreSQL server: name it with PGHOST, "
                        "PGPORT, PGUSER and PGDATABASE, or give a connection string. ")
            + problem.what());
    }
}

auto exists(connection& session, const std::string& name) -> bool
{
    return !session.query("select from pg_database where datname = $1", parameters::of(std::string_view(name))).empty();
}

void drop(connection& session, const std::string& name)
{
    session.execute("drop database if exists " + name + " with (force)");
}

/// A half-made template never has the name of a complete one.
void make_template(connection& session, const std::string& server, const std::string& name)
{
    const auto unfinished = name + "_new";
    drop(session, unfinished);
    session.execute("create database " + unfinished);
    migrations::migrate(dsn_of(server, unfinished));
    session.execute("alter database " + unfinished + " rename to " + name);
}

/// Each change of a migration makes another template. A template is marked with the day on which it was last used; one
/// that was not used for a week is dropped.
void drop_old_templates(connection& session, const std::string& used)
{
    try {
        const auto mark = session.query("select 'last used on ' || current_date").get<std::string>(0, 0);
        session.execute("comment on database " + used + " is '" + mark + "'");
    } catch (const libpq::statement_error&) {
        // Another process marks it.
    }
    const auto rows = session.query(
        "select d.datname::text from pg_database d, "
        "substring(shobj_description(d.oid, 'pg_database') from '^last used on (\\d{4}-\\d\\d-\\d\\d)$') day "
        "where starts_with(d.datname, $1) and d.datname not in ($2, $2 || '_new') "
        "and pg_get_userbyid(d.datdba) = current_user and coalesce(day::date, '-infinity') < current_date - 7",
        parameters::of(template_prefix, used));
    for (int row = 0; row < rows.size(); ++row) {
        try {
            session.execute("drop database if exists " + rows.get<std::string>(row, 0));
        } catch (const libpq::statement_error&) {
            // Somebody uses it.
        }
    }
}

void ensure_template(connection& session, const std::string& server, const std::string& name)
{
    if (exists(session, name)) return;
    session.execute("select pg_advisory_lock(hashtext('" + std::string(template_prefix) + "'))");
    if (!exists(session, name)) make_template(session, server, name);
    session.execute("select pg_advisory_unlock_all()");
}

/// Databases that nobody says to use, and that have no session. Several processes may try.
void drop_left_overs(connection& session)
{
    const auto rows = session.query(
        "select datname::text from pg_database d where starts_with(datname, $1) and pg_get_userbyid(datdba) = "
        "current_user "
        "and not exists (select from pg_stat_activity where datid = d.oid or application_name = d.datname)",
        parameters::of(prefix));
    for (int row = 0; row < rows.size(); ++row) {
        try {
            drop(session, rows.get<std::string>(row, 0));
        } catch (const libpq::statement_error&) {
            // Another process drops it, or has just begun to use it.
        }
    }
}

}  // namespace

/// Its session has the database's name, for as long as the database is in use.
class temporary_database::owner {
public:
    owner(std::string server, const std::string& name) : server_(std::move(server)), session_(open(server_))
    {
        static std::once_flag cleaned;
        std::call_once(cleaned, [&] { drop_left_overs(session_); });
        session_.execute("set application_name = '" + name + "'");
        const auto from = template_name();
        ensure_template(session_, server_, from);
        static std::once_flag marked;
        std::call_once(marked, [&] { drop_old_templates(session_, from); });
        session_.execute("create database " + name + " template " + from);
    }

    void drop(const std::string& name)
    {
        try {
            testing::drop(session_, name);
        } catch (const eventstore::unavailable&) {
            connection again(server_, "temporary database");     // a test has ended all sessions
            testing::drop(again, name);
        }
    }

private:
    std::string server_;
    connection session_;
};

temporary_database::temporary_database(std::string server)
    : name_(named(prefix, eventstore::new_uuid())),
      dsn_(dsn_of(server, name_)),
      owner_(std::make_unique<owner>(server, name_))
{}

temporary_database::~temporary_database()
{
    try {
        owner_->drop(name_);
    } catch (const std::exception&) {
        // A server that a test has stopped. If it starts again, the next test drops the database.
    }
}

}  // namespace annals::testing
