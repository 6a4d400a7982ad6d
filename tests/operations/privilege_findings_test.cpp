// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <annals/operations/privilege_findings.hpp>
#include <tests/cli/support/documented_roles.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace annals;
using operations::finding, tests::documented_sql, tests::login_user;
using libpq::connection;

namespace {

const std::string advisory_locks = "every user of the server may take advisory locks, and so hold up appends";

struct examined_database {
    tests::temporary_database database;
    const std::vector<std::string> auditing{"annals_auditor"};
    login_user auditor{database, "auditor", auditing};
    connection superuser{database.dsn()};

    /// Users belong to the whole server: findings about users of other tests are left out.
    auto examine() const -> std::vector<finding>
    {
        connection session(auditor.dsn());
        auto all = operations::examine_privileges(session, "schema");
        std::erase_if(all, [&](const finding& one) {
            return one.found.find("annals_test_") != std::string::npos
                   && one.found.find(database.name()) == std::string::npos;
        });
        return all;
    }
    /// The findings, without those about advisory locks: one per line, problems with `!`.
    auto found() const -> std::string
    {
        std::string all;
        for (const auto& one : examine())
            if (one.found != advisory_locks) all += (one.is == finding::weight::problem ? "! " : "") + one.found + "\n";
        return all;
    }
};

}  // namespace

TEST_CASE_FIXTURE(examined_database,
                  "nothing is wrong with a fresh database except that its server lets every user take locks")
{
    const auto all = examine();
    REQUIRE(all.size() == 1);
    CHECK(all[0].is == finding::weight::advice);
    CHECK(all[0].found == advisory_locks);
    superuser.execute(documented_sql("Advisory locks"));
    CHECK(examine().empty());
    superuser.execute("grant execute on function pg_try_advisory_xact_lock_shared(int, int) to public");
    CHECK(examine().size() == 1);
}

TEST_CASE_FIXTURE(examined_database, "whatever could change events is a problem")
{
    superuser.execute("alter table annals.events disable trigger events_are_not_changed");
    superuser.execute("drop trigger logs_are_not_changed on annals.logs");
    superuser.execute("alter table annals.categories enable trigger categories_are_not_changed");
    superuser.execute("grant delete on annals.events to annals_writer");
    CHECK(found()
          == "! the trigger that keeps annals.events as it is, is missing or disabled\n"
             "! the trigger that keeps annals.categories as it is, is missing or disabled\n"
             "! the trigger that keeps annals.logs as it is, is missing or disabled\n"
             "! annals_writer may delete annals.events\n");
}

TEST_CASE_FIXTURE(examined_database, "what every user may use is reported")
{
    superuser.execute("grant select on annals.jobs to public; grant execute on function annals.new_id() to public");
    CHECK(found()
          == "every user of the server may use annals.jobs\n"
             "every user of the server may use function annals.new_id()\n");
}

TEST_CASE_FIXTURE(examined_database, "roles that should be separate are reported, and an analyst without time-outs")
{
    const std::vector<std::string> both{"annals_owner", "annals_writer"}, watched{"annals_auditor", "annals_projector"};
    const login_user keeper(database, "keeper", both), clerk(database, "clerk", watched);
    const login_user ada(database, "ada", {});
    superuser.execute("grant annals_analyst to " + ada.name());
    const auto all = found();
    CHECK(all.find(keeper.name() + " is a member of annals_writer and of annals_owner\n") != std::string::npos);
    CHECK(all.find(clerk.name() + " is a member of annals_auditor and of annals_projector\n") != std::string::npos);
    const auto about_ada = ada.name() + " is an analyst without time-outs, and can hold up others\n";
    CHECK(all.find(about_ada) != std::string::npos);
    superuser.execute("select annals.make_analyst('" + ada.name() + "')");
    CHECK(found().find(about_ada) == std::string::npos);
}

TEST_CASE_FIXTURE(examined_database, "rights that the program's own user lacks, or has too many of, are reported")
{
    const auto has = [&](connection& session, const std::string& words) {
        for (const auto& one : operations::examine_privileges(session, "schema"))
            if (one.found.find(words) != std::string::npos) return true;
        return false;
    };
    const std::vector<std::string> reading{"annals_reader"}, writing{"annals_writer"};
    const login_user reader(database, "reader", reading), writer(database, "writer", writing);
    connection by_reader(reader.dsn()), by_writer(writer.dsn());
    CHECK(has(superuser, "is a superuser"));
    CHECK(has(by_reader, reader.name() + " cannot append"));
    CHECK(has(by_reader, reader.name() + " cannot keep read models"));
    CHECK_FALSE(has(by_writer, "cannot"));
}

TEST_CASE_FIXTURE(examined_database,
                  "from PostgreSQL 16 on, a user who created a role and may only grant it does not count as having it")
{
    const std::vector<std::string> owning{"annals_owner"};
    const login_user keeper(database, "keeper", owning);
    const auto about_keeper = keeper.name() + " is a member of";
    const auto finds = [&](const std::string& in_effect) {
        superuser.execute("create schema if not exists sixteen; "
                          "create or replace function sixteen.current_setting(name text) returns text language sql as "
                          "$$ select case name when 'server_version_num' then '160004' "
                          "else pg_catalog.current_setting(name) end $$; "
                          "create or replace function sixteen.pg_has_role(who oid, role oid, how text) returns bool "
                          "language sql as $$ select who = '"
                          + keeper.name()
                          + "'::regrole and (role = 'annals_owner'::regrole or how = 'member' or how = '" + in_effect
                          + "') $$; "
                            "create or replace function sixteen.pg_has_role(role oid, how text) returns bool "
                            "language sql as 'select false'");
        connection session(database.dsn());
        session.execute("set search_path = sixteen, pg_catalog");
        std::string all;
        for (const auto& one : operations::examine_privileges(session, "schema")) all += one.found + "\n";
        return all.find(about_keeper) != std::string::npos;
    };
    CHECK_FALSE(finds("neither"));
    CHECK(finds("usage"));
    CHECK(finds("set"));
}

TEST_CASE_FIXTURE(examined_database, "the users that docs/operating/roles.md creates can be created")
{
    superuser.execute("begin;" + documented_sql("Setting up") + "; rollback");
}
