// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/eventstore/reading.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/queries/database.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <future>
#include <memory>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// An impatient caller asks again: a slow machine is not what is tested.
auto answered(const auto& is_right) -> bool
{
    return tests::waited_until(60s, [&] {
        try {
            return is_right();
        } catch (const unavailable&) {
            return false;
        }
    });
}

/// A server that is stopped (SIGSTOP) keeps its connections and answers nothing, like one whose disk hangs.
struct server_to_stop {
    server_to_stop() { migrations::migrate(dsn); }

    auto open(std::chrono::milliseconds patience) const -> std::unique_ptr<eventstore::store>
    {
        std::unique_ptr<eventstore::store> store;
        REQUIRE(
            answered([&] { return (store = postgres::open_store({.dsn = dsn, .patience = patience})) != nullptr; }));
        REQUIRE(store->append(request()));
        return store;
    }
    static auto request() -> append_request
    {
        return {.streams = {{{"sample", "S-1"}, expected_version::any(), {{.type = "noted"}}}}};
    }

    tests::private_server server{"postgres"};
    std::string dsn = "postgresql://" + server.at("PGUSER") + "@" + server.at("PGHOST") + ":" + server.at("PGPORT")
                      + "/" + server.at("PGDATABASE") + "?connect_timeout=2";
};

auto start(eventstore::store& store, const append_request& request) -> std::future<append_result>
{
    auto promise = std::make_shared<std::promise<append_result>>();
    store.append(request, [promise](append_outcome outcome) {
        try {
            promise->set_value(std::move(outcome).get());
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    return promise->get_future();
}

}  // namespace

TEST_CASE_FIXTURE(server_to_stop, "while PostgreSQL is stopped callers get an answer in time, and a retry stores once")
{
    const auto store = open(500ms);
    server.pause();
    auto first = request();
    CHECK_THROWS_AS(store->append(first), unavailable);
    auto second = request();
    CHECK_THROWS_AS(start(*store, second).get(), unavailable);
    server.resume();

    for (auto* const retried : {&first, &second}) {
        retried->resend = true;
        std::optional<append_result> result;
        while (!result) try {
                result = store->append(*retried);
            } catch (const unavailable&) {}
        REQUIRE(result->has_value());
    }
    CHECK(answered([&] { return store->read(first.streams[0].stream).size() == 3; }));
}

TEST_CASE_FIXTURE(server_to_stop, "appends with enough time survive a PostgreSQL that is stopped for a while")
{
    const auto store = open(60s);
    server.pause();
    std::vector<std::future<append_result>> all;
    for (int n = 0; n < 1000; ++n) all.push_back(start(*store, request()));
    CHECK(all.front().wait_for(1s) == std::future_status::timeout);
    server.resume();
    for (auto& each : all) CHECK(each.get().has_value());
    CHECK(store->read(request().streams[0].stream, {.events_max = 2000}).size() == 1001);
}

TEST_CASE_FIXTURE(server_to_stop, "while PostgreSQL is stopped, everything that reads ends in time and says why")
{
    const auto impatient = open(500ms);
    std::unique_ptr<snapshots> kept;
    REQUIRE(answered([&] { return (kept = postgres::open_snapshots(dsn, 500ms)) != nullptr; }));
    queries::database read_models(dsn, 1, 500ms);
    const auto ask = [&] {
        return read_models.read([](pqxx::transaction_base& tx) { return tx.query_value<int>("select 1"); });
    };
    const stream_id stream = request().streams[0].stream;
    const auto says_why = [](const char* what, const auto& call) {
        try {
            call();
            FAIL_CHECK(what << " was answered");
        } catch (const unavailable& problem) {
            CHECK_MESSAGE(std::string_view(problem.what()).find("has not answered") != std::string_view::npos,
                          what << ": " << problem.what());
        }
    };
    // Sessions from before, so that it is not connecting that fails.
    REQUIRE(answered([&] { return impatient->read(stream).size() == 1; }));
    REQUIRE(answered([&] { return ask() == 1; }));

    server.pause();
    says_why("a read of a stream", [&] { (void)impatient->read(stream); });
    says_why("a read of a stream that connects", [&] { (void)impatient->read(stream); });
    says_why("a read of a category", [&] { (void)events_of(*impatient, "sample").begin(); });
    says_why("the heads", [&] { (void)impatient->heads("sample"); });
    says_why("the categories", [&] { (void)impatient->categories(); });
    says_why("a key that was used", [&] { (void)impatient->find_appended("sample", "once"); });
    says_why("an append that asks for its log", [&] {
        (void)impatient->append({.streams = {{{"other", "1"}, expected_version::any(), {{.type = "noted"}}}}});
    });
    says_why("a snapshot", [&] { (void)kept->find(stream, "1"); });
    says_why("a question", [&] { (void)ask(); });
    says_why("a question that connects", [&] { (void)ask(); });
    says_why("opening", [&] { (void)postgres::open_store({.dsn = dsn, .patience = 500ms}); });
    server.resume();

    CHECK(answered([&] { return impatient->read(stream).size() == 1; }));
    CHECK(answered([&] { return ask() == 1; }));
}

TEST_CASE_FIXTURE(server_to_stop, "a store can be closed while PostgreSQL is stopped, and its callers are answered")
{
    auto store = open(60s);
    server.pause();
    std::vector<std::future<append_result>> all;
    for (int n = 0; n < 1000; ++n) all.push_back(start(*store, request()));
    store.reset();
    for (auto& each : all) CHECK_THROWS_AS(each.get(), unavailable);
    server.resume();
}
