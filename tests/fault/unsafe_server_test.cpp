// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <tests/fault/private_server.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace annals;
using libpq::connection, eventstore::postgres::open_store;

namespace {

/// A migrated database on a server of its own, whose settings may be made unsafe.
struct spoilt_server {
    const tests::private_server server{"postgres"};
    const std::string address = server.at("PGHOST") + ":" + server.at("PGPORT");
    const std::string dsn = "postgresql://" + server.at("PGUSER") + "@" + address + "/" + server.at("PGDATABASE");

    spoilt_server() { migrations::migrate(dsn); }

    /// Waits until a new session sees it.
    void change(const std::string& statement, const std::string& setting, const std::string& expected) const
    {
        connection session(dsn);
        session.execute(statement);
        session.execute("select pg_reload_conf()");
        while (connection(dsn).query("select current_setting('" + setting + "')").get<std::string>(0, 0) != expected)
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    auto answer(const std::string& options = "") const -> std::string
    {
        try {
            open_store({.dsn = dsn + options});
            return "opened";
        } catch (const eventstore::error& problem) {
            return problem.what();
        }
    }
    auto refusal(const std::string& because) const -> std::string
    {
        return "PostgreSQL at " + address + " may lose what it has confirmed: " + because
               + "; turn it on (alter … reset), or say that this is meant (--unsafe)";
    }
};

}  // namespace

TEST_CASE_FIXTURE(spoilt_server,
                  "a store does not open on a server that may lose confirmed events, unless that is accepted")
{
    CHECK(answer() == "opened");

    for (const std::string setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
        change("alter system set " + setting + " = off", setting, "off");
        CHECK(answer() == refusal(setting + " is off for the whole server"));
        CHECK(open_store({.dsn = dsn, .unsafe = true}) != nullptr);
        change("alter system reset " + setting, setting, "on");
        CHECK(answer() == "opened");
    }
}

TEST_CASE_FIXTURE(spoilt_server, "a store finds settings that are off only for its database, user or connection")
{
    change("alter database annals set synchronous_commit = off", "synchronous_commit", "off");
    CHECK(answer() == refusal("synchronous_commit is off for the database annals"));
    change("alter database annals reset synchronous_commit", "synchronous_commit", "on");

    change("alter role annals set synchronous_commit = off", "synchronous_commit", "off");
    CHECK(answer() == refusal("synchronous_commit is off for the user annals"));
    change("alter role annals in database annals set synchronous_commit = off", "synchronous_commit", "off");
    CHECK(answer() == refusal("synchronous_commit is off for the user annals in this database"));
    change("alter role annals in database annals reset synchronous_commit", "synchronous_commit", "off");
    change("alter role annals reset synchronous_commit", "synchronous_commit", "on");
    CHECK(answer() == "opened");

    CHECK(answer("?options=-c%20synchronous_commit%3Doff")
          == refusal("synchronous_commit is off by the options of this connection"));
}

TEST_CASE_FIXTURE(spoilt_server, "everything that is switched off is reported together")
{
    change("alter system set fsync = off", "fsync", "off");
    change("alter system set full_page_writes = off", "full_page_writes", "off");
    CHECK(answer() == refusal("fsync is off for the whole server and full_page_writes is off for the whole server"));
}
