// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/partition.hpp>
#include <annals/eventstore/postgres/append/transactional_append.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

using namespace annals;
using namespace annals::eventstore;

namespace {

constexpr int writers = 16;
constexpr int appends_a_writer = 100;
constexpr int streams = 12;

/// The answers that the writers got.
struct answers {
    void add(const append_result& result, const append_request& request)
    {
        if (!result) return;
        const std::scoped_lock lock(mutex);
        for (const auto& part : request.streams)
            for (const auto& event : part.events) acknowledged.insert(event.id);
    }

    void add_problem(const std::string& what)
    {
        const std::scoped_lock lock(mutex);
        problems += what + "\n";
    }

    std::mutex mutex;
    std::set<uuid> acknowledged;
    std::string problems;
};

/// A read fails when its session is ended three times in a row, which happens here; it is then repeated.
auto version_of(const stream_id& stream, store& store) -> stream_version
{
    while (true) try {
            const auto events = store.read(stream, {.events_max = 100'000});
            return events.empty() ? stream_version{} : events.back().version;
        } catch (const unavailable&) {
            continue;
        }
}

/// One, or several, or a check only; to one stream or two; with every kind of expectation.
auto random_request(std::mt19937& random, store& store) -> append_request
{
    const auto pick = [&](unsigned choices) { return static_cast<int>(random() % choices); };
    append_request request;
    const auto first = pick(streams);
    for (const auto key : pick(4) == 0 ? std::set{first, pick(streams)} : std::set{first}) {
        const stream_id stream{"account", "A-" + std::to_string(key)};
        auto expected = expected_version::any();
        if (pick(3) == 0) expected = expected_version::exactly(version_of(stream, store));
        stream_append part{stream, expected, {}};
        const auto is_check = !request.streams.empty() && pick(3) == 0;
        for (int n = is_check ? 0 : 1 + pick(3); n > 0; --n) part.events.push_back({.type = "moved"});
        request.streams.push_back(std::move(part));
    }
    return request;
}

/// In transactions of their own, a third of which is rolled back.
class caller {
public:
    explicit caller(std::string dsn) : dsn_(std::move(dsn)) {}

    /// Nothing: it was rolled back, or the backend was ended.
    auto append(const append_request& request, bool commits) -> std::optional<append_result>
    {
        try {
            if (!link_) link_.emplace(dsn_);
            pqxx::work transaction(*link_);
            auto result = postgres::append(transaction, request);
            if (!commits) return {};
            transaction.commit();
            return result;
        } catch (const pqxx::failure&) {
            link_.reset();
            return {};
        }
    }

private:
    std::string dsn_;
    std::optional<pqxx::connection> link_;
};

void write(unsigned seed, const std::string& dsn, store& store, answers& answers)
{
    std::mt19937 random(seed);
    caller own(dsn);
    for (int n = 0; n < appends_a_writer; ++n) try {
            const auto request = random_request(random, store);
            if (seed % 2 == 0) answers.add(store.append(request), request);
            else if (const auto result = own.append(request, random() % 3 != 0)) answers.add(*result, request);
        } catch (const std::exception& problem) {
            answers.add_problem(problem.what());
        }
}

/// Ends backends of the database, whatever they are doing.
auto end_backends(unsigned seed, const std::string& dsn, const std::atomic<bool>& is_over) -> int
{
    int ended = 0;
    std::mt19937 random(seed);
    libpq::connection session(dsn);
    while (!is_over) {
        ended += session
                     .query("select pg_terminate_backend(pid) from pg_stat_activity "
                            "where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' order "
                            "by random() limit 1")
                     .size();
        std::this_thread::sleep_for(std::chrono::milliseconds{random() % 100});
    }
    return ended;
}

/// Checks that every log and every stream is 1…n, both in the same order, without repetition.
auto check_dense(store& store) -> std::set<uuid>
{
    std::set<uuid> stored;
    std::map<std::string, std::int64_t> versions;
    for (int partition = 0; partition < store.find_category("account")->partitions; ++partition) {
        const auto log = store.read_log({"account", partition}, {0}, {.events_max = 1'000'000, .bytes_max = 1 << 30});
        std::int64_t position = 0;
        timestamp before{};
        for (const auto& event : log) {
            REQUIRE(event.position.number == ++position);
            REQUIRE(event.version.number == ++versions[event.stream.key]);
            REQUIRE(event.recorded_at >= before);
            REQUIRE(stored.insert(event.id).second);
            before = event.recorded_at;
        }
    }
    return stored;
}

}  // namespace

TEST_CASE("after rollbacks and crashes there are no gaps, and confirmed events are there once")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 4});
    store->ensure_category({"account", 4});
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    answers answers;
    std::atomic<bool> is_over = false;
    int ended = 0;
    {
        const std::jthread killer([&] { ended = end_backends(seed, database.dsn(), is_over); });
        {
            std::vector<std::jthread> all;
            for (unsigned n = 0; n < writers; ++n)
                all.emplace_back([&, n] { write(seed + n, database.dsn(), *store, answers); });
        }
        is_over = true;
    }
    const auto stored = check_dense(*store);
    MESSAGE("seed ", seed, ": ", stored.size(), " events stored, ", answers.acknowledged.size(), " confirmed, ", ended,
            " backends ended");
    CHECK(answers.problems == "");
    CHECK(ended > 0);
    CHECK(answers.acknowledged.size() > 100);
    for (const auto& id : answers.acknowledged) REQUIRE(stored.contains(id));
}

TEST_CASE("a locked log delays only the appends to it")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 1});
    const auto to = [](const std::string& category) -> append_request {
        return {.streams = {{{category, "1"}, expected_version::any(), {{.type = "moved"}}}}};
    };
    REQUIRE(store->append(to("locked")));
    REQUIRE(store->append(to("free")));
    std::atomic<int> done = 0;
    pqxx::connection link(database.dsn());
    {
        pqxx::work transaction(link);
        REQUIRE(postgres::append(transaction, to("locked")));
        for (int n = 0; n < 10; ++n)
            store->append(to("locked"), [&](append_outcome outcome) { done += std::move(outcome).get() ? 1 : 0; });
        for (int n = 0; n < 10; ++n) REQUIRE(store->append(to("free")));
        CHECK(done == 0);
        transaction.commit();
    }
    tests::waited_until(std::chrono::seconds{5}, [&] { return done == 10; });
    CHECK(done == 10);
    CHECK(store->read({"locked", "1"}).size() == 12);
}

TEST_CASE("a key in an open transaction on another log is waited for, and free after its rollback")
{
    const tests::temporary_database database;
    const auto store = postgres::open_store({.dsn = database.dsn(), .default_partitions = 2});
    const auto under_the_key = [](const std::string& key, const std::string& stream) -> append_request {
        return {.streams = {{{"order", stream}, expected_version::any(), {{.type = "placed"}}}},
                .resend = false,
                .idempotency_key = key};
    };
    const std::string one = "1";
    std::string other = "2";
    while (partition_of(one, 2) == partition_of(other, 2)) other += "2";
    pqxx::connection looking(database.dsn()), link(database.dsn());
    const auto is_waited_for = [&] {
        return pqxx::nontransaction(looking).query_value<bool>(
            "select exists (select from pg_locks where locktype = 'transactionid' and not granted)");
    };
    for (const bool is_committed : {false, true}) {
        const std::string key = is_committed ? "visit 8" : "visit 7";
        pqxx::work transaction(link);
        REQUIRE(postgres::append(transaction, under_the_key(key, one)));
        auto asked = std::async(std::launch::async, [&] { return store->append(under_the_key(key, other)); });
        CHECK(tests::waited_until(std::chrono::seconds{10}, is_waited_for));
        if (is_committed) transaction.commit();
        else transaction.abort();
        const auto answer = asked.get();
        CHECK(answer.has_value() != is_committed);
        if (!answer) CHECK(std::holds_alternative<idempotency_key_reused>(answer.error()));
    }
    CHECK(store->read({"order", other}).size() == 1);
}
