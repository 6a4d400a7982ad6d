// SPDX-License-Identifier: Apache-2.0
#include <annals/queries/ask.hpp>
#include <tests/queries/waiting_session.hpp>
#include <tests/support/database.hpp>
#include <tests/support/login_user.hpp>

#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

using namespace annals;
using namespace std::chrono_literals;

namespace {

struct how_many {
    static constexpr auto reads = "worklist";
    int above = 0;

    auto answer(pqxx::transaction_base& read) const -> int
    {
        return read.exec("select count(*) from worklist where n > $1", pqxx::params{above}).one_field().as<int>();
    }
};

struct forbidden {
    std::string statement;

    auto answer(pqxx::transaction_base& read) const -> int
    {
        read.exec(statement);
        return 0;
    }
};

/// A read model of three rows, applied up to position 3 of its only log.
struct bench {
    annals::tests::temporary_database at;
    pqxx::connection connection{at.dsn()};
    queries::database database{at.dsn(), 2};

    bench()
    {
        pqxx::work tx(connection);
        tx.exec(R"(
            select annals.ensure_category('thing', 1);
            insert into annals.projections (name, version, kind, categories, definition, hash, live)
            values ('worklist', 1, 'sql', '{thing}', '', '', true);
            insert into annals.checkpoints (processor, version, log, position)
                select 'worklist', 1, log, 3 from annals.logs;
            create table read.worklist as select n from generate_series(1, 3) n;
            grant select on read.worklist to annals_reader;)");
        tx.commit();
    }

    void apply_one()
    {
        pqxx::work tx(connection);
        tx.exec("insert into read.worklist select max(n) + 1 from read.worklist");
        tx.exec("update annals.checkpoints set position = position + 1");
        tx.commit();
    }
};

}  // namespace

TEST_CASE("a question is answered from the current rows")
{
    bench at;
    CHECK(queries::ask(at.database, how_many{}) == 3);
    CHECK(queries::ask(at.database, how_many{2}) == 1);
}

TEST_CASE("a question asked after a token sees what was written")
{
    bench at;
    CHECK(queries::ask(at.database, how_many{}, after(eventstore::parse_token("thing/0@3"))) == 3);
    std::jthread applying([&] {
        annals::tests::wait_for_waiting_session(at.at.dsn());
        at.apply_one();
    });
    CHECK(queries::ask(at.database, how_many{}, after(eventstore::parse_token("thing/0@4"))) == 4);
}

TEST_CASE("a question whose token is not reached in time is refused, and can be asked again")
{
    bench at;
    const auto token = eventstore::parse_token("thing/0@4");
    CHECK_THROWS_WITH_AS(queries::ask(at.database, how_many{}, after(token, 30ms)),
                         doctest::Contains("worklist has not reached thing/0@4 within 30 ms"), queries::not_reached);
    at.apply_one();
    CHECK(queries::ask(at.database, how_many{}, after(token, 30ms)) == 4);
}

TEST_CASE("a token of categories that the projection does not follow is an error, not a wait")
{
    bench at;
    CHECK_THROWS_WITH_AS(queries::ask(at.database, how_many{}, after(eventstore::parse_token("other/0@1,another/0@1"))),
                         "the projection \"worklist\" does not follow the category \"another\", \"other\". "
                         "It would never get there: wait for a projection of that category.",
                         eventstore::invalid_request);
}

TEST_CASE("a question can be asked after a command that claimed something in another category")
{
    bench at;
    CHECK(queries::ask(at.database, how_many{}, after(eventstore::parse_token("barcode/3@8,thing/0@3"))) == 3);
    CHECK_THROWS_AS(
        queries::ask(at.database, how_many{}, after(eventstore::parse_token("barcode/3@8,thing/0@4"), 30ms)),
        queries::not_reached);
}

TEST_CASE("a question can change nothing, and see only what analysts see")
{
    bench at;
    CHECK_THROWS_WITH(queries::ask(at.database, forbidden{"delete from worklist"}),
                      doctest::Contains("read-only transaction"));
    CHECK_THROWS_WITH(queries::ask(at.database, forbidden{"create table worse (n int)"}),
                      doctest::Contains("read-only transaction"));
    CHECK_THROWS_WITH(queries::ask(at.database, forbidden{"select pg_read_file('/etc/hostname')"}),
                      doctest::Contains("permission denied"));
    CHECK(queries::ask(at.database, how_many{}) == 3);
}

TEST_CASE("a member of the readers' role asks and waits in that role only")
{
    bench at;
    const std::vector<std::string> roles{"annals_reader"};
    const tests::login_user asking(at.at, "asking", roles);
    pqxx::nontransaction(at.connection).exec("alter role " + asking.name() + " noinherit");
    queries::database database(asking.dsn());
    CHECK(queries::ask(database, how_many{}, after(eventstore::parse_token("thing/0@3"))) == 3);
}

TEST_CASE("a lost connection is replaced, and threads share few of them")
{
    bench at;
    CHECK(queries::ask(at.database, how_many{}) == 3);
    pqxx::nontransaction(at.connection)
        .exec("select pg_terminate_backend(pid) from pg_stat_activity where application_name like '% queries %' and "
              "datname = current_database()");
    CHECK(queries::ask(at.database, how_many{}) == 3);

    std::vector<std::jthread> threads;
    std::atomic<int> right = 0;
    for (int thread = 0; thread < 8; ++thread)
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) right += queries::ask(at.database, how_many{}) == 3;
        });
    threads.clear();
    CHECK(right == 160);
    pqxx::nontransaction tx(at.connection);
    CHECK(tx.exec("select count(*) from pg_stat_activity where application_name like '% queries %' and datname = "
                  "current_database()")
              .one_field()
              .as<int>()
          <= 2);
}

TEST_CASE("an unreachable server is named")
{
    queries::database nowhere("host=127.0.0.1 port=1 dbname=none");
    CHECK_THROWS_WITH_AS(queries::ask(nowhere, how_many{}),
                         doctest::Contains("the database of the read models cannot be reached"),
                         eventstore::unavailable);
}
