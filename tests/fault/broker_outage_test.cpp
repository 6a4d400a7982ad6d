// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/fault/broker_of_two_doors.hpp>
#include <tests/fault/flow.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/database.hpp>
#include <tests/support/occurrences.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <ranges>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr int partitions = 4;

struct flow_of_events {
    broker_of_two_doors& broker = broker_of_two_doors::of_this_program();
    temporary_database database;
    kafka::settings settings = broker_settings();
    std::unique_ptr<flow> events;

    flow_of_events()
    {
        settings.bootstrap_servers = broker.address();
        events = std::make_unique<flow>(servers{database.dsn(), settings}, seed());
        events->append(500, 1ms).get();
        REQUIRE(events->difference_in_rows() == "");
    }

    auto publishers() { return std::array{events->processes()[0].get(), events->processes()[2].get()}; }
    auto workers() { return std::array{events->processes()[1].get(), events->processes()[3].get()}; }
};

/// A flow whose topic loses its records now and then, as if its retention were too short.
struct flow_of_short_memory : flow_of_events {
    std::unique_ptr<eventstore::store> log = eventstore::postgres::open_store({.dsn = database.dsn()});
    std::string topic = kafka::topic_of(settings, "faults");

    /// Nothing while that cannot be read: the topic is new, or records went while they were read.
    auto positions(int partition) const -> std::optional<std::vector<std::int64_t>>
    {
        try {
            return published_positions(settings, {"faults", partition});
        } catch (const std::runtime_error&) {
            return {};
        }
    }
    /// Whether each partition ends with the log's last event, which follows the ones before it.
    auto is_published_to_the_end() const -> bool
    {
        const auto heads = log->heads("faults");
        return std::ranges::all_of(std::views::iota(0, partitions), [&](int partition) {
            const auto held = positions(partition);
            if (!held || held->empty()) return false;
            const auto is_gap = [](auto one, auto next) { return next > one + 1; };
            CHECK(std::ranges::adjacent_find(*held, is_gap) == held->end());
            return std::ranges::max(*held) == heads[static_cast<std::size_t>(partition)].number;
        });
    }
    /// Whether the ledger knows that everything up to these positions is published.
    auto are_saved(const std::vector<eventstore::log_position>& heads) -> bool
    {
        libpq::connection session(database.dsn());
        const auto saved = session.query(
            "select position from annals.publication_cursors join annals.logs using (log) order by partition");
        return saved.size() == partitions && std::ranges::all_of(std::views::iota(0, partitions), [&](int partition) {
                   return saved.get<std::int64_t>(partition, 0) == heads[static_cast<std::size_t>(partition)].number;
               });
    }
    void append_and_publish(std::int64_t events_count)
    {
        events->append(events_count, 1ms).get();
        CHECK(waited_until(30s, [&] { return is_published_to_the_end(); }));
    }
    void forget_everything()
    {
        const auto is_empty = [&](int partition) { return positions(partition).value_or(std::vector{0L}).empty(); };
        set_topic_properties(settings, topic, {{"retention.ms", "1"}});
        REQUIRE(waited_until(30s, [&] { return std::ranges::all_of(std::views::iota(0, partitions), is_empty); }));
        set_topic_properties(settings, topic, {{"retention.ms", "604800000"}});
    }
};

}  // namespace

/// Covers: records that are gone before a worker has read them, and before a publisher starts again.
TEST_CASE_FIXTURE(
    flow_of_short_memory,
    "a topic that keeps its records for less time than a worker is behind loses no row and repeats nothing")
{
    for (auto* const one : workers()) one->signal(SIGSTOP);
    append_and_publish(500);
    const auto before = log->heads("faults");
    REQUIRE(waited_until(30s, [&] { return are_saved(before); }));
    for (auto* const one : publishers()) one->signal(SIGSTOP);
    forget_everything();
    for (auto* const one : publishers()) one->restart();
    append_and_publish(500);
    for (int partition = 0; partition < partitions; ++partition)
        CHECK(positions(partition).value().front() == before[static_cast<std::size_t>(partition)].number + 1);
    for (auto* const one : workers()) one->signal(SIGCONT);
    CHECK(events->difference_in_rows() == "");
}

/// Covers: an outage that outlasts leases and time-outs. Not covered: one of hours.
TEST_CASE_FIXTURE(flow_of_events,
                  "while the broker is down appends go on and rows follow the log; afterwards all is published")
{
    broker.server.kill();
    events->append(2500, 30ms).get();
    CHECK(events->difference_in_rows() == "");
    broker.server.start();
    CHECK(events->fault_found() == "");
    for (const auto* const one : publishers()) {
        CHECK_MESSAGE(occurrences(one->output(), "no Kafka broker answers at") == 1, one->output());
        CHECK_MESSAGE(occurrences(one->output(), "publishing again") == 1, one->output());
    }
    for (const auto* const one : workers()) {
        CHECK_MESSAGE(occurrences(one->output(), "Kafka is unreachable: read models follow the log itself") == 1,
                      one->output());
        CHECK_MESSAGE(occurrences(one->output(), "Kafka is back: read models follow its topics") == 1, one->output());
    }
}
