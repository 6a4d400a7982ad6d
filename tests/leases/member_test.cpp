// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/leases/member.hpp>
#include <tests/support/database.hpp>
#include <tests/support/login_user.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace std::chrono_literals;
using leases::member, leases::work;
using libpq::connection;

namespace {

const std::string counted = "processor tally/1/0";
const std::set<int> eight{1, 2, 3, 4, 5, 6, 7, 8};

/// Members that do one work together.
struct shared_database {
    tests::temporary_database database;
    std::vector<work> works{{.name = counted, .units = eight}};

    auto process(const std::string& name) const -> member { return {connection(database.dsn(), name), name}; }

    void share_in_turns(member& one, member& other) const
    {
        for (int round = 0; round < 2; ++round) {
            one.share(works);
            other.share(works);
        }
    }
    auto gets(member& one, std::size_t count, std::chrono::milliseconds within) const -> bool
    {
        return tests::waited_until(within, [&] {
            one.share(works);
            return one.held(counted).size() == count;
        });
    }
    void execute(const std::string& sql) const { connection(database.dsn()).execute(sql); }
    /// As if a member had been silent since then.
    void age(const std::string& process, const std::string& seconds) const
    {
        execute("update annals.lease_members set seen_at = clock_timestamp() - interval '" + seconds
                + " s' where process = '" + process + "'");
    }
    auto text(const std::string& query) const -> std::string
    {
        return connection(database.dsn()).query(query).get<std::string>(0, 0);
    }
    /// The processes that have something, by name.
    auto holders() const -> std::string
    {
        return text("select coalesce(string_agg(distinct coalesce(process, 'no member'), ' '), '') "
                    "from annals.lease_holders()");
    }
};

auto joined(const member& one, const member& other) -> std::set<int>
{
    auto all = one.held(counted);
    all.merge(other.held(counted));
    return all;
}

}  // namespace

TEST_CASE_FIXTURE(shared_database, "one process has everything")
{
    auto one = process("one");
    one.share(works);
    CHECK(one.held(counted) == eight);
}

TEST_CASE_FIXTURE(shared_database, "two processes have a half each, and the one that stays gets everything back")
{
    auto one = process("one");
    one.share(works);
    {
        auto two = process("two");
        two.share(works);
        CHECK(two.held(counted).empty());
        share_in_turns(one, two);
        CHECK(one.held(counted).size() == 4);
        CHECK(two.held(counted).size() == 4);
        CHECK(joined(one, two) == eight);
        two.leave();
    }
    one.share(works);
    CHECK(one.held(counted) == eight);
}

TEST_CASE_FIXTURE(shared_database, "no unit is held twice, and a whole one is in one process")
{
    works[0].units = {0};
    auto one = process("one");
    auto two = process("two");
    share_in_turns(two, one);
    CHECK(one.held(counted).size() + two.held(counted).size() == 1);
}

TEST_CASE_FIXTURE(shared_database, "a member that was killed no longer counts, and its units are free immediately")
{
    auto stays = process("stays");
    {
        auto killed = process("killed");
        share_in_turns(killed, stays);
        CHECK(stays.held(counted).size() == 4);
    }
    CHECK(gets(stays, 8, 2s));
}

TEST_CASE_FIXTURE(shared_database, "a member that was silent for six seconds is ended, others are not")
{
    works[0].units = {0};
    auto silent = process("silent");
    auto other = process("other");
    silent.share(works);
    age("silent", "5");
    other.share(works);
    other.share(works);
    CHECK(other.held(counted).empty());

    age("silent", "7");
    CHECK(gets(other, 1, 5s));
    CHECK_THROWS_AS(silent.give_up(counted, silent.held(counted)), eventstore::unavailable);
}

TEST_CASE_FIXTURE(shared_database, "a member counts although its session is another user's, and only while it lives")
{
    const std::vector<std::string> roles{"annals_projector"};
    const tests::login_user ada(database, "ada", roles), ben(database, "ben", roles);
    member stays(connection(ada.dsn()), "stays");
    {
        member killed(connection(ben.dsn()), "killed");
        share_in_turns(killed, stays);
        CHECK(killed.held(counted).size() == 4);
        CHECK(stays.held(counted).size() == 4);
    }
    CHECK(gets(stays, 8, 2s));
}

TEST_CASE_FIXTURE(shared_database,
                  "a work can keep its surplus units until they are given up, and they are not taken from it")
{
    works[0].keeps_surplus = true;
    auto one = process("one");
    auto two = process("two");
    one.share(works);
    CHECK(one.surplus(counted).empty());
    share_in_turns(two, one);
    CHECK(one.held(counted) == eight);
    CHECK(one.surplus(counted) == std::set{5, 6, 7, 8});
    CHECK(two.held(counted).empty());

    one.give_up(counted, {6, 7});
    share_in_turns(two, one);
    CHECK(two.held(counted) == std::set{6, 7});
    CHECK(one.surplus(counted) == std::set{5, 8});

    two.leave();
    one.share(works);
    CHECK(one.held(counted) == eight);
    CHECK(one.surplus(counted).empty());
}

TEST_CASE_FIXTURE(shared_database, "a publisher and a worker do not meet, although their units have the same numbers")
{
    auto worker = process("worker");
    auto publisher = process("publisher");
    const std::vector<work> publication{{.name = "publication", .units = eight}};
    for (int round = 0; round < 2; ++round) {
        worker.share(works);
        publisher.share(publication);
    }
    CHECK(worker.held(counted) == eight);
    CHECK(publisher.held("publication") == eight);
    worker.leave();
    publisher.leave();
    publisher.share(publication);
    CHECK(publisher.held("publication") == eight);
    CHECK(text("select string_agg(distinct work, ' ') from annals.lease_holders()") == "publication");
}

TEST_CASE_FIXTURE(shared_database, "units that no longer exist are given up")
{
    auto one = process("one");
    one.share(works);
    works[0].units = {2, 3};
    one.share(works);
    CHECK(one.held(counted) == std::set{2, 3});
    one.share({});
    CHECK(one.held(counted).empty());
    works[0].units = eight;
    auto two = process("two");
    two.share(works);
    CHECK(two.held(counted) == eight);
}

TEST_CASE_FIXTURE(shared_database, "there is nothing to divide when the registration of a work is gone")
{
    execute("insert into annals.projections (name, version, kind, categories, definition, hash, live) "
            "values ('tally', 1, 'sql', '{}', '', '', true)");
    works[0].registration =
        connection(database.dsn()).query("select registration from annals.projections").get<std::int64_t>(0, 0);
    auto one = process("one");
    one.share(works);
    CHECK(one.held(counted) == eight);
    one.leave();
    execute("delete from annals.projections");
    one.share(works);
    CHECK(one.held(counted).empty());
    CHECK(connection(database.dsn()).query("select from annals.leases").empty());
}

TEST_CASE_FIXTURE(shared_database, "a unit can be taken from the process that has it, and that one's session is ended")
{
    auto one = process("one");
    one.share(works);
    auto by_hand = process("by hand");
    CHECK(by_hand.seize(counted, 3));
    CHECK(by_hand.held(counted) == std::set{3});
    CHECK(holders() == "no member");
    CHECK_THROWS_AS(one.share(works), eventstore::unavailable);

    auto next = process("next");
    CHECK(gets(next, 7, 5s));
    CHECK(by_hand.seize(counted, 3));
    CHECK(holders() == "next no member");
}
