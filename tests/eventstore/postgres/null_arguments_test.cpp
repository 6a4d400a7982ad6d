// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace annals;
using namespace annals::libpq;

namespace {

/// Each function that a client may call, with null for one argument that has no default and a value for the others.
/// Left out: parts of `wait`, and strict functions, whose answer to null is null.
constexpr auto calls_with_a_null = R"sql(
    with arguments as (
        select p.oid, p.proname, a.n, p.proargnames[a.n] as name,
               case when a.type = 'anycompatible'::regtype then 'text' else a.type::regtype::text end as type
        from pg_proc p, unnest(p.proargtypes) with ordinality a(type, n)
        where p.pronamespace = 'annals'::regnamespace and p.prokind = 'f' and not p.proisstrict
              and has_function_privilege('annals_appender', p.oid, 'execute')
              and p.proname not in ('check_given', 'pause_of_wait', 'refusal_of_commit')
              and a.n <= p.pronargs - p.pronargdefaults
    ), valued as (
        select *, case when name = 'token' then 'sample/1@1' when name = 'data' then '[{}]'
                       when type = 'text' then 'sample' when type like '%[]' then '{1}'
                       when type like 'timestamp%' then 'infinity' else '1' end as value
        from arguments
    )
    select missing.name,
           format('select * from annals.%I(%s)', missing.proname,
                  string_agg(format('%I => %L::%s', given.name, case when given.n <> missing.n then given.value end,
                                    given.type), ', '))
    from valued missing join valued given using (oid)
    group by missing.oid, missing.proname, missing.n, missing.name)sql";

struct client {
    auto refusal_of(const std::string& statement) -> std::string
    {
        try {
            session.execute(statement);
        } catch (const statement_error& problem) {
            return problem.what();
        }
        return "it was answered";
    }

    tests::temporary_database database;
    connection session{database.dsn()};
};

}  // namespace

TEST_CASE_FIXTURE(client, "every function for clients names the argument that is null and must not be")
{
    const auto calls = session.query(calls_with_a_null);
    CHECK(calls.size() > 20);
    session.execute("set role annals_appender");
    for (int row = 0; row < calls.size(); ++row) {
        const auto statement = calls.get<std::string>(row, 1);
        CHECK_MESSAGE(refusal_of(statement) == calls.get<std::string>(row, 0) + " must not be null (SQLSTATE LG002)",
                      statement);
    }
    CHECK(session.query("select from annals.list_categories()").empty());
}

TEST_CASE_FIXTURE(client, "waiting for null is refused: nothing is reached by it, and it would never end")
{
    session.execute("set role annals_appender");
    for (const std::string call : {"call annals.wait(", "select annals.wait_for("}) {
        CHECK(refusal_of(call + "null, 'sample/1@1')") == "projection must not be null (SQLSTATE LG002)");
        CHECK(refusal_of(call + "'sample', null)") == "token must not be null (SQLSTATE LG002)");
        CHECK(refusal_of(call + "'sample', 'sample/1@1', null)") == "timeout must not be null (SQLSTATE LG002)");
    }
}

TEST_CASE_FIXTURE(client, "an argument with a default is named, too, where null says nothing")
{
    session.execute("set role annals_appender");
    for (const std::string read : {"read_stream('s', 'k'", "read_log('s', 1", "read_category('s'"})
        CHECK(refusal_of("select from annals." + read + ", events_max => null)")
              == "events_max is 1 to 10000, not null (SQLSTATE LG002)");
    CHECK(refusal_of("select from annals.read_category('s', members => null)")
          == "a group has 1 member or more, not null (SQLSTATE LG002)");
    CHECK(refusal_of("select from annals.read_category('s', member => null)")
          == "a member of a group of 1 is one of 0 to 0, not null (SQLSTATE LG002)");
    CHECK(refusal_of("select annals.ensure_category('s', null)")
          == "a category has 1 to 1024 partitions, not null (SQLSTATE LG002)");
}
