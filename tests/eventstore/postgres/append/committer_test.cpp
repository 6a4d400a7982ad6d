// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/append/committer.hpp>
#include <tests/eventstore/postgres/blocked_events.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <atomic>
#include <future>
#include <latch>
#include <optional>
#include <thread>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A committer with one log, and the thread that sent the last call that wrote something.
struct one_log {
    explicit one_log(std::chrono::milliseconds patience = 30s)
    {
        pqxx::nontransaction server(link);
        server.exec("select annals.ensure_category('sample', 1)");
        log = server.query_value<std::int32_t>("select log from annals.logs where category = 'sample'");
        committer.emplace(postgres::committer::settings{
            .dsn = database.dsn(), .patience = patience, .committed = [this] { sender = std::this_thread::get_id(); }});
    }

    auto request() const -> postgres::routed_append
    {
        return {{.streams = {{{"sample", "S-1"}, expected_version::any(), {{.type = "noted"}}}}}, {{log, 0}}};
    }
    auto count() -> int
    {
        pqxx::nontransaction server(link);
        const auto [count, last] =
            server.query1<int, int>("select count(*), coalesce(max(position), 0) from annals.events");
        CHECK(count == last);
        return count;
    }

    tests::temporary_database database;
    pqxx::connection link{database.dsn()};
    std::int32_t log = 0;
    std::atomic<std::thread::id> sender;
    std::optional<postgres::committer> committer;
};

}  // namespace

TEST_CASE("a blocking caller that finds the session free sends its own append, others use the thread")
{
    one_log there;
    REQUIRE(there.committer->append(there.request()));
    CHECK(there.sender.load() == std::this_thread::get_id());

    std::latch answered{1};
    there.committer->append(there.request(), [&](append_outcome) { answered.count_down(); });
    answered.wait();
    CHECK(there.sender.load() != std::this_thread::get_id());
}

TEST_CASE("callers that send their own appends, callers that do not wait, and the thread take turns")
{
    one_log there;
    constexpr int callers = 6;
    constexpr int appends = 60;
    std::atomic<int> stored = 0;
    {
        std::vector<std::jthread> all;
        for (int n = 0; n < callers; ++n)
            all.emplace_back([&, n] {
                for (int i = 0; i < appends; ++i)
                    if (n % 3 != 0) stored += there.committer->append(there.request()) ? 1 : 0;
                    else
                        there.committer->append(there.request(), [&](append_outcome outcome) {
                            stored += std::move(outcome).get() ? 1 : 0;
                        });
            });
    }
    there.committer.reset();
    CHECK(stored == callers * appends);
    CHECK(there.count() == callers * appends);
}

TEST_CASE("a caller whose backend is ended while it sends its own append sends it again")
{
    one_log there;
    REQUIRE(there.committer->append(there.request()));
    tests::blocked_events blocked(there.database.dsn());
    std::optional<append_result> result;
    std::thread::id caller;
    {
        const std::jthread calling([&] { result = there.committer->append(there.request()); });
        caller = calling.get_id();
        const auto first = blocked.wait_for_backend();
        blocked.end(first);
        blocked.wait_for_backend(first);
        blocked.release();
    }
    CHECK(there.sender.load() == caller);
    REQUIRE(result->has_value());
    CHECK_FALSE((*result)->duplicate);
    CHECK(there.count() == 2);
}

TEST_CASE("a caller that sends its own append learns that its time is over, and the next one succeeds")
{
    one_log there(200ms);
    REQUIRE(there.committer->append(there.request()));
    tests::blocked_events blocked(there.database.dsn());
    auto request = there.request();
    CHECK_THROWS_WITH_AS(there.committer->append(request),
                         doctest::Contains("the append was not confirmed in time: PostgreSQL at"), unavailable);
    blocked.release();

    request.request.resend = true;           // it may have happened after all
    REQUIRE(there.committer->append(request));
    CHECK(there.count() == 2);
}

TEST_CASE("a caller that is sending when the committer is closed gets its answer, as do those after it")
{
    one_log there;
    REQUIRE(there.committer->append(there.request()));
    tests::blocked_events blocked(there.database.dsn());
    std::optional<append_result> result;
    std::atomic<int> stored = 0;
    {
        const std::jthread calling([&] { result = there.committer->append(there.request()); });
        blocked.wait_for_backend();
        for (int n = 0; n < 300; ++n)
            there.committer->append(there.request(),
                                    [&](append_outcome outcome) { stored += std::move(outcome).get() ? 1 : 0; });
        const std::jthread closing([&] { there.committer.reset(); });
        blocked.release();
    }
    CHECK(result->has_value());
    CHECK(stored == 300);
    CHECK(there.count() == 302);
}
