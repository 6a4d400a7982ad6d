// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/eventstore/postgres/blocked_events.hpp>
#include <tests/eventstore/postgres/losing_proxy.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <future>
#include <memory>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

auto sample(int number) -> stream_id { return {"sample", "S-" + std::to_string(number)}; }

auto to(std::vector<stream_id> streams, const std::string& data = "{}") -> append_request
{
    append_request request;
    for (auto& stream : streams)
        request.streams.push_back({std::move(stream), expected_version::any(), {{.type = "noted", .data = data}}});
    return request;
}

using answer = std::future<append_result>;

/// Ends the program when an append is answered twice.
auto start(eventstore::store& store, append_request request) -> answer
{
    auto promise = std::make_shared<std::promise<append_result>>();
    auto its_answer = promise->get_future();
    store.append(std::move(request), [promise](append_outcome outcome) {
        try {
            promise->set_value(std::move(outcome).get());
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    return its_answer;
}

auto start_many(eventstore::store& store, int count) -> std::vector<answer>
{
    std::vector<answer> all;
    for (int n = 0; n < count; ++n) all.push_back(start(store, to({sample(n)})));
    return all;
}

/// "stored", or the error that the caller got.
auto said_to(answer& one) -> std::string
{
    try {
        return one.get() ? "stored" : "rejected";
    } catch (const error& problem) {
        return problem.what();
    }
}

auto begins(const std::string& text, std::string_view with) -> bool { return text.starts_with(with); }

constexpr auto not_sent = "the append was not sent in time";
constexpr auto not_confirmed = "the append was not confirmed in time: ";

/// A store with little patience that knows its logs, so that nothing but its appends can be late.
auto open_hasty(const std::string& dsn) -> std::unique_ptr<eventstore::store>
{
    std::unique_ptr<eventstore::store> hasty;
    REQUIRE(tests::waited_until(60s, [&] {
        try {
            if (!hasty) hasty = postgres::open_store({.dsn = dsn, .default_partitions = 2, .patience = 300ms});
            return hasty->find_category("sample").has_value();
        } catch (const unavailable&) {
            return false;
        }
    }));
    return hasty;
}

struct store_and_database {
    store_and_database() : store(postgres::open_store({.dsn = database.dsn(), .default_partitions = 2}))
    {
        REQUIRE(store->append(to({{"sample", "first"}})));
    }

    tests::temporary_database database;
    std::unique_ptr<eventstore::store> store;
};

}  // namespace

TEST_CASE("of 64 appends that are sent together, one that PostgreSQL refuses fails alone")
{
    store_and_database there;
    pqxx::connection link(there.database.dsn());
    pqxx::nontransaction(link).exec("alter table annals.events add constraint planted check (data::text !~ 'planted')");
    tests::blocked_events blocked(there.database.dsn());
    auto before = start(*there.store, to({sample(64)}));
    blocked.wait_for_backend();
    std::vector<answer> all;
    for (int n = 0; n < 64; ++n)
        all.push_back(start(*there.store, to({sample(n)}, n == 17 ? R"({"planted":1})" : "{}")));
    blocked.release();

    REQUIRE(before.get());
    for (int n = 0; n < 64; ++n) {
        const auto said = said_to(all[static_cast<std::size_t>(n)]);
        if (n == 17) CHECK(said.find("\"planted\"") != std::string::npos);
        else CHECK(said == "stored");
        CHECK(there.store->read(sample(n)).size() == (n == 17 ? 0 : 1));
    }
}

TEST_CASE("two callers that send one id together are judged one after the other")
{
    store_and_database there;
    tests::blocked_events blocked(there.database.dsn());
    auto before = start(*there.store, to({sample(64)}));
    blocked.wait_for_backend();
    auto request = to({sample(1)}, R"({"by":"one"})");
    auto other = to({sample(1)}, R"({"by":"other"})");
    other.streams[0].events.insert(other.streams[0].events.begin(), new_event{.type = "noted"});
    other.streams[0].events[1].id = request.streams[0].events[0].id;
    std::string differs;
    SUBCASE("expecting no stream")
    {
        for (auto* one : {&request, &other}) one->streams[0].expected = expected_version::no_stream();
        other.streams[0].events.erase(other.streams[0].events.begin());
        other.streams[0].events.push_back(new_event{.type = "noted"});
        differs = "data";
    }
    SUBCASE("expecting anything, the second one marked as sent again")
    {
        other.resend = true;
        differs = "other events";
    }
    auto first = start(*there.store, request);
    auto second = start(*there.store, other);
    blocked.release();

    REQUIRE(before.get());
    REQUIRE(first.get());
    const auto told = second.get();
    REQUIRE_FALSE(told);
    REQUIRE(std::holds_alternative<event_id_reused>(told.error()));
    CHECK(std::get<event_id_reused>(told.error()).differs == differs);
    CHECK(there.store->read(sample(1)).size() == 1);
}

TEST_CASE("an append that waits for a locked log does not block the other logs")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
    REQUIRE(store->append(to({{"free", "1"}})));
    REQUIRE(store->append(to({{"locked", "1"}})));
    pqxx::connection link(database.dsn());
    pqxx::work holder(link);
    REQUIRE(postgres::append(holder, to({{"locked", "1"}})));
    auto both = start(*store, to({{"free", "1"}, {"locked", "1"}}));
    const std::string locks = "pg_locks k join annals.logs l on k.objid = l.log::oid and k.classid = 4711 "
                              "join pg_database d on d.oid = k.database and d.datname = current_database() ";
    while (!holder.query_value<bool>("select exists (select from " + locks + "where not k.granted)"))
        std::this_thread::sleep_for(5ms);

    CHECK(holder.query_value<int>("select count(*) from " + locks + "where l.category = 'free'") == 0);
    holder.commit();
    REQUIRE(both.get());
    CHECK(store->read({"free", "1"}).size() == 2);
    CHECK(store->read({"locked", "1"}).size() == 3);
}

TEST_CASE("a limited number of appends waits for a locked log; the others fail, and nothing of them is stored")
{
    constexpr int appends = 17'500;          // a line takes 16,384 and sends 256 at a time
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
    REQUIRE(store->append(to({{"locked", "1"}})));
    pqxx::connection link(database.dsn());
    pqxx::work holder(link);
    REQUIRE(postgres::append(holder, to({{"locked", "1"}})));
    std::vector<answer> all;
    for (int n = 0; n < appends; ++n) all.push_back(start(*store, to({{"locked", "1"}})));
    REQUIRE(store->append(to({{"free", "1"}})));    // after all of them
    holder.commit();

    int stored = 0;
    int refused = 0;
    for (auto& each : all) {
        const auto said = said_to(each);
        stored += said == "stored" ? 1 : 0;
        refused += begins(said, "too many appends are waiting for a log that another transaction has locked") ? 1 : 0;
    }
    CHECK(refused > 0);
    CHECK(stored + refused == appends);
    CHECK(store->heads("locked").at(0).number == stored + 2);
}

TEST_CASE("appends to two locked logs succeed when both are free")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
    pqxx::connection one(database.dsn());
    pqxx::connection other(database.dsn());
    std::vector<answer> all;
    {
        pqxx::work first(one);
        pqxx::work second(other);
        REQUIRE(postgres::append(first, to({{"a", "1"}}), 1));
        first.commit();
        REQUIRE(postgres::append(second, to({{"b", "1"}}), 1));
        second.commit();
    }
    pqxx::work first(one);
    pqxx::work second(other);
    REQUIRE(postgres::append(first, to({{"a", "1"}})));
    REQUIRE(postgres::append(second, to({{"b", "1"}})));
    for (int n = 0; n < 10; ++n) all.push_back(start(*store, to({{"a", "1"}, {"b", "1"}})));
    second.commit();
    first.commit();
    for (auto& each : all) REQUIRE(each.get());
    CHECK(store->read({"a", "1"}).size() == 12);
    CHECK(store->read({"b", "1"}).size() == 12);
}

TEST_CASE("a backend that is ended in the middle of a call is replaced, and the call is sent again")
{
    store_and_database there;
    tests::blocked_events blocked(there.database.dsn());
    auto all = start_many(*there.store, 20);
    const auto first = blocked.wait_for_backend();
    blocked.end(first);
    blocked.wait_for_backend(first);
    blocked.release();
    for (auto& each : all) CHECK(said_to(each) == "stored");
    for (int n = 0; n < 20; ++n) CHECK(there.store->read(sample(n)).size() == 1);
}

TEST_CASE("a backend whose client is gone is ended before the call is sent again")
{
    const tests::temporary_database database;
    tests::losing_proxy proxy;
    const auto store =
        postgres::open_store({.dsn = "host=127.0.0.1 port=" + std::to_string(proxy.port()) + " " + database.dsn()});
    REQUIRE(store->append(to({sample(1)})));
    tests::blocked_events blocked(database.dsn());
    auto one = start(*store, to({sample(1)}));
    const auto first = blocked.wait_for_backend();
    proxy.lose_clients();
    const auto second = blocked.wait_for_backend(first);
    CHECK(blocked.backends() == std::vector{second});
    blocked.release();
    CHECK(said_to(one) == "stored");
    CHECK(store->read(sample(1)).size() == 2);
}

TEST_CASE("an append that waited too long after a hanging call is not sent, and its caller is told")
{
    store_and_database there;                // patient, so that a slow machine does not count
    const auto hasty = open_hasty(there.database.dsn());
    tests::blocked_events blocked(there.database.dsn());
    auto all = start_many(*hasty, 700);
    std::vector<int> never;
    for (int n = 0; n < 700; ++n) {
        const auto said = said_to(all[static_cast<std::size_t>(n)]);
        if (begins(said, not_sent)) never.push_back(n);
        else CHECK_MESSAGE(begins(said, not_confirmed), said);
    }
    CHECK(never.size() > 100);               // a call takes 256 appends
    blocked.release();
    REQUIRE(there.store->append(to({{"sample", "after"}})));
    for (const auto n : never) CHECK(there.store->read(sample(n)).empty());
}

TEST_CASE("a store that is closed while PostgreSQL hangs answers all waiting callers")
{
    store_and_database there;
    tests::blocked_events blocked(there.database.dsn());
    auto all = start_many(*there.store, 700);
    there.store.reset();
    for (auto& each : all) {
        const auto said = said_to(each);
        CHECK_MESSAGE((begins(said, not_sent) || begins(said, not_confirmed)), said);
    }
}

TEST_CASE("a store that is closed sends what is in the queue")
{
    store_and_database there;
    tests::blocked_events blocked(there.database.dsn());
    auto all = start_many(*there.store, 700);
    blocked.wait_for_backend();
    {
        const std::jthread closing([&] { there.store.reset(); });
        blocked.release();
    }
    for (auto& each : all) CHECK(said_to(each) == "stored");
}
