// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/migrations/migrate.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/support/child.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <future>
#include <map>
#include <sstream>
#include <thread>

using namespace annals;
using namespace std::chrono_literals;

namespace {

constexpr int events = 1000;

/// Each log's positions, in the order in which they are shown by `--json`.
auto positions_in(const std::string& lines) -> std::map<std::string, std::vector<std::int64_t>>
{
    std::map<std::string, std::vector<std::int64_t>> found;
    std::istringstream text(lines);
    const auto value = [](const std::string& line, const std::string& before, char end) {
        const auto at = line.find(before) + before.size();
        return line.substr(at, line.find(end, at) - at);
    };
    for (std::string line; std::getline(text, line);)
        found[value(line, "\"log\": \"", '"')].push_back(std::stoll(value(line, "\"position\": ", ',')));
    return found;
}

}  // namespace

/// Covers: a tail that waits while its server is unreachable. Not covered: a tail that is killed itself.
TEST_CASE("a tail shows every event once and in order although its PostgreSQL is killed and restarted")
{
    const tests::private_server postgres("postgres");
    const auto dsn = "host=" + postgres.at("PGHOST") + " port=" + postgres.at("PGPORT")
                     + " user=" + postgres.at("PGUSER") + " dbname=" + postgres.at("PGDATABASE");
    migrations::migrate(dsn);
    const auto store = eventstore::postgres::open_store({.dsn = dsn, .default_partitions = 3});
    store->ensure_category({"visit", 3});
    tests::child tail({ANNALS_PROGRAM, "tail", "--json", "--dsn", dsn});
    tail.wait_for_words("waiting for events");

    auto appending = std::async(std::launch::async, [&] {
        for (int n = 1; n <= events; ++n) {
            (void)store->append(eventstore::append_request{
                {{.stream = {"visit", std::to_string(n % 50)}, .events = {{.type = "visit." + std::to_string(n)}}}}});
            std::this_thread::sleep_for(5ms);            // so that events come before, during and after the outages
        }
    });
    for (int time = 0; time < 2; ++time) {
        std::this_thread::sleep_for(1s);                 // events flow
        postgres.kill();
        std::this_thread::sleep_for(1s);                 // an outage that the tail notices
        postgres.start();
    }
    appending.get();
    CHECK(store->append(eventstore::append_request{{{.stream = {"visit", "last"}, .events = {{.type = "the.last"}}}}}));
    tail.wait_for_data("the.last");
    tail.signal(SIGINT);
    const auto ended = tail.wait(10s);

    CHECK(ended.exit_code == 0);
    CHECK(ended.err.find("; waiting for it") != std::string::npos);
    CHECK(ended.err.find("the server is reachable again") != std::string::npos);
    const auto shown = positions_in(ended.out);
    const auto heads = store->heads("visit");
    REQUIRE(shown.size() == heads.size());
    std::int64_t all = 0;
    for (const auto& [log, positions] : shown) {
        for (std::size_t n = 0; n < positions.size(); ++n) CHECK(positions[n] == static_cast<std::int64_t>(n) + 1);
        all += std::ssize(positions);
    }
    CHECK(all == events + 1);
}
