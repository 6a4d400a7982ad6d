// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/migrations/migrate.hpp>
#include <tests/fault/private_server.hpp>

#include <doctest/doctest.h>

#include <future>
#include <memory>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A server that is stopped (SIGSTOP) keeps its connections and answers nothing, like one whose disk hangs.
struct server_to_stop {
    server_to_stop() { migrations::migrate(dsn); }

    auto open(std::chrono::milliseconds patience) const -> std::unique_ptr<eventstore::store>
    {
        auto store = postgres::open_store({.dsn = dsn, .patience = patience});
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
    CHECK(store->read(first.streams[0].stream).size() == 3);
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
