// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/fault/broker_of_two_doors.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>
#include <tests/support/occurrences.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

constexpr int partitions = 4;
constexpr std::size_t a_batch = 2000;        ///< bytes; less than the events of one append_events below

/// Two publishers of four logs. The first one's ways to both servers can be cut.
struct two_publishers {
    broker_of_two_doors& broker = broker_of_two_doors::of_this_program();
    fault_runs::tcp_proxy to_postgres;
    fault_runs::tcp_proxy& to_kafka = broker.proxy;
    temporary_database database;
    kafka::settings settings = broker_settings();
    std::unique_ptr<eventstore::store> log = eventstore::postgres::open_store({.dsn = database.dsn()});
    std::unique_ptr<child> cut_off, other;

    two_publishers()
    {
        to_postgres.lead_to(std::atoi(std::getenv("PGPORT")));
        settings.bootstrap_servers = broker.address();
        log->ensure_category({"sample", partitions});
        append_events(*log, "sample", 100);
        cut_off = start(database.dsn() + " host=127.0.0.1 port=" + std::to_string(to_postgres.port()),
                        broker.second_address());
        REQUIRE(is_published(20s));
        other = start(database.dsn(), settings.bootstrap_servers);
        REQUIRE(waited_until(20s, [&] { return shares() == std::vector<std::int64_t>{2, 2}; }));
    }
    ~two_publishers() { to_kafka.hold(false); }
    two_publishers(const two_publishers&) = delete;
    auto operator=(const two_publishers&) -> two_publishers& = delete;

    auto start(const std::string& dsn, const std::string& brokers) const -> std::unique_ptr<child>
    {
        return std::make_unique<child>(std::vector<std::string>{ANNALS_PROGRAM, "publish"},
                                       std::map<std::string, std::string>{{"ANNALS_DSN", dsn},
                                                                          {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", brokers},
                                                                          {"ANNALS_TOPIC", settings.topic_template}});
    }
    auto is_published(std::chrono::seconds patience) -> bool
    {
        const auto found = difference_after(patience, *log, settings, "sample");
        CHECK_MESSAGE(found.empty(), found);
        return found.empty();
    }
    auto shares() const -> std::vector<std::int64_t> { return shares_of_publishers(database.dsn()); }
    auto records() const -> std::size_t
    {
        std::size_t count = 0;
        for (int partition = 0; partition < partitions; ++partition)
            count += published_positions(settings, {"sample", partition}).size();
        return count;
    }
    /// Events that the one that will be cut off has sent, and Kafka has not got.
    void send_what_is_held()
    {
        to_kafka.hold(true);
        append_events(*log, "sample", 100);
        REQUIRE(waited_until(10s, [&] { return to_kafka.held_bytes() > a_batch; }));
    }
    /// What was held arrives after all, behind the same events of the publisher that took over.
    void let_late_records_arrive()
    {
        const auto before = records();
        to_kafka.hold(false);
        CHECK(waited_until(20s, [&] { return records() > before; }));
        CHECK(records() <= before + 100);
    }
    void share_again()
    {
        CHECK(waited_until(30s, [&] { return shares() == std::vector<std::int64_t>{2, 2}; }));
        append_events(*log, "sample", 100);
        CHECK(is_published(20s));
        for (const auto& one : {cut_off.get(), other.get()}) {
            CHECK_MESSAGE(one->is_running(), one->output());
            one->signal(SIGTERM);
            CHECK_MESSAGE(one->wait().exit_code == 0, one->output());
        }
    }
};

/// Design: another one leads and has published within ten seconds.
void check_taken_over(two_publishers& of, std::chrono::steady_clock::time_point cut_at)
{
    CHECK(of.is_published(15s));
    const auto taken = std::chrono::steady_clock::now() - cut_at;
    MESSAGE("taken over after " << std::chrono::duration_cast<std::chrono::milliseconds>(taken).count() << " ms");
    CHECK(taken < 10s);
    CHECK(of.shares() == std::vector<std::int64_t>{partitions});
}

}  // namespace

/// Covers: a publisher that PostgreSQL does not hear any more, with records under way to Kafka that arrive late.
/// Not covered: a broker that is cut from other brokers.
TEST_CASE("the logs of a publisher that is cut off from PostgreSQL move to another, and its late records do no harm")
{
    two_publishers at;
    at.send_what_is_held();
    const auto cut_at = std::chrono::steady_clock::now();
    at.to_postgres.hold(true);
    check_taken_over(at, cut_at);
    at.let_late_records_arrive();
    append_events(*at.log, "sample", 100);
    CHECK(at.is_published(10s));
    at.to_postgres.hold(false);
    at.share_again();
    CHECK_MESSAGE(occurrences(at.cut_off->output(), "PostgreSQL is unreachable") == 1, at.cut_off->output());
    CHECK_MESSAGE(occurrences(at.cut_off->output(), "PostgreSQL is reachable again") == 1, at.cut_off->output());
}

/// Covers: a publisher that reaches PostgreSQL, where it seems well, and no broker.
TEST_CASE("a publisher that is cut off from Kafka leaves its logs to another, and its late records do no harm")
{
    two_publishers at;
    const auto cut_at = std::chrono::steady_clock::now();
    at.send_what_is_held();
    check_taken_over(at, cut_at);
    at.let_late_records_arrive();
    at.share_again();
    CHECK_MESSAGE(occurrences(at.cut_off->output(), "publishing waits problem=\"no Kafka broker answers at 127.0.0.1:")
                      == 1,
                  at.cut_off->output());
    CHECK_MESSAGE(occurrences(at.cut_off->output(), "publishing again") == 1, at.cut_off->output());
}
