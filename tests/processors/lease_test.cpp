// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/lease.hpp>
#include <tests/processors/tally_checks.hpp>
#include <tests/support/waiting.hpp>

#include <algorithm>

using namespace annals;
using namespace annals::processors;

namespace {

auto process(const annals::tests::temporary_database& database, const std::string& name) -> leases
{
    return leases(open_model_connection(database.dsn(), name), name);
}

const processor_id counted{"tally", 1};
const std::vector<shared_work> eight_logs{{counted, {1, 2, 3, 4, 5, 6, 7, 8}}};
const std::vector<shared_work> one_unit{{counted, {all_logs}}};

auto joined(const leases& one, const leases& other) -> std::set<int>
{
    auto all = one.held(counted);
    const auto more = other.held(counted);
    all.insert(more.begin(), more.end());
    return all;
}

}  // namespace

TEST_CASE("one process has everything")
{
    annals::tests::temporary_database database;
    auto one = process(database, "one");
    one.share(eight_logs);
    CHECK(one.held(counted).size() == 8);
}

TEST_CASE("two processes have a half each, and the one that stays gets everything back")
{
    annals::tests::temporary_database database;
    auto one = process(database, "one");
    one.share(eight_logs);
    {
        auto two = process(database, "two");
        two.share(eight_logs);
        CHECK(two.held(counted).empty());
        one.share(eight_logs);
        two.share(eight_logs);
        CHECK(one.held(counted).size() == 4);
        CHECK(two.held(counted).size() == 4);
        CHECK(joined(one, two).size() == 8);
        two.leave();
    }
    one.share(eight_logs);
    CHECK(one.held(counted).size() == 8);
}

TEST_CASE("no unit is held twice, and a whole one is in one process")
{
    annals::tests::temporary_database database;
    auto one = process(database, "one");
    auto two = process(database, "two");
    for (int round = 0; round < 3; ++round) {
        two.share(one_unit);
        one.share(one_unit);
    }
    CHECK(one.held(counted).size() + two.held(counted).size() == 1);
}

TEST_CASE("units of a process that died are free immediately")
{
    annals::tests::temporary_database database;
    auto two = process(database, "two");
    {
        auto one = process(database, "one");
        one.share(one_unit);
        two.share(one_unit);
        CHECK(two.held(counted).empty());
    }
    annals::tests::waited_until(std::chrono::seconds(5), [&] {
        two.share(one_unit);
        return !two.held(counted).empty();
    });
    CHECK(two.held(counted) == std::set{all_logs});
}

TEST_CASE("a holder that has been silent for six seconds is ended, others are not")
{
    annals::tests::temporary_database database;
    auto silent = process(database, "silent");
    silent.share(one_unit);
    auto other = process(database, "other");
    const auto age = [&](const std::string& seconds) {
        auto connection = open_model_connection(database.dsn(), "test");
        pqxx::nontransaction(connection)
            .exec("update annals.leases set beat_at = clock_timestamp() - interval '" + seconds + " s'");
    };
    age("5");
    other.share(one_unit);
    other.share(one_unit);
    CHECK(other.held(counted).empty());

    age("7");
    annals::tests::waited_until(std::chrono::seconds(5), [&] {
        other.share(one_unit);
        return !other.held(counted).empty();
    });
    CHECK(other.held(counted) == std::set{all_logs});
    CHECK_THROWS_AS(silent.give_up(counted, {all_logs}), pqxx::failure);
}

TEST_CASE("units that no longer exist are given up")
{
    annals::tests::temporary_database database;
    auto one = process(database, "one");
    one.share(eight_logs);
    one.share(std::vector<shared_work>{{counted, {2, 3}}});
    CHECK(one.held(counted) == std::set{2, 3});
    one.share({});
    CHECK(one.held(counted).empty());
    auto two = process(database, "two");
    two.share(eight_logs);
    CHECK(two.held(counted).size() == 8);
}
