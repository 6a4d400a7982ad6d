// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <tests/eventstore/postgres/losing_proxy.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

using namespace annals;
using namespace annals::eventstore;

namespace {

const stream_id sample{"sample", "S-1"};

auto one(expected_version expected) -> append_request
{
    const new_event created{.type = "sample.created",
                            .metadata = R"({"traceparent": "00-1-2-01", "user_id":"ada"})",
                            .occurred_at = parse_timestamp("2024-02-29T12:00:00.000001Z")};
    return {.streams = {{sample, expected, {created}}}};
}

struct store_behind_proxy {
    tests::temporary_database database;
    tests::losing_proxy proxy;
    std::unique_ptr<eventstore::store> store =
        postgres::open_store({.dsn = "host=127.0.0.1 port=" + std::to_string(proxy.port()) + " " + database.dsn(),
                              .patience = std::chrono::seconds{20}});
};

}  // namespace

TEST_CASE("an append whose confirmation is lost is sent again, and is stored once")
{
    store_behind_proxy there;
    REQUIRE(there.store->append(one(expected_version::any())));
    for (const auto* const statement : {"append_event", "append_all"}) {
        const auto before = there.store->read(sample).size();
        auto request = one(expected_version::any());
        if (std::string_view(statement) == "append_all") request.idempotency_key = "once";
        there.proxy.lose_reply_to(statement);
        const auto result = there.store->append(request);
        REQUIRE(result);
        CHECK(result->duplicate);
        CHECK(there.store->read(sample).size() == before + 1);
    }
}

TEST_CASE("an append that cannot be confirmed in time is unavailable, naming the server")
{
    const tests::temporary_database database;
    tests::losing_proxy proxy;
    const auto store =
        postgres::open_store({.dsn = "host=127.0.0.1 port=" + std::to_string(proxy.port()) + " " + database.dsn(),
                              .patience = std::chrono::milliseconds{300}});
    REQUIRE(store->append(one(expected_version::any())));
    proxy.cut();
    try {
        (void)store->append(one(expected_version::any()));
        FAIL("it was confirmed");
    } catch (const eventstore::unavailable& problem) {
        CHECK(std::string(problem.what()).find("127.0.0.1:" + std::to_string(proxy.port())) != std::string::npos);
    }
}
