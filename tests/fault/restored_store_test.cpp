// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/eventstore/postgres/publication_ledger.hpp>
#include <annals/kafka/publisher.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/processors/kafka_feed.hpp>
#include <tests/fault/private_server.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/child.hpp>
#include <tests/support/waiting.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

void run(const std::vector<std::string>& command)
{
    child program(command);
    if (program.wait().exit_code != 0) throw std::runtime_error(program.output());
}

/// A PostgreSQL whose data can be copied away and back.
class server_with_backup {
public:
    server_with_backup()
    {
        migrations::migrate(dsn());
        libpq::connection session(dsn());
        session.execute("alter system set restore_command = 'false'");
        data_ = session.query("show data_directory").get<std::string>(0, 0);
    }

    auto dsn() const -> std::string
    {
        return "host=" + server_.at("PGHOST") + " port=" + server_.at("PGPORT") + " user=" + server_.at("PGUSER")
               + " dbname=" + server_.at("PGDATABASE");
    }
    void back_up() const
    {
        server_.kill();
        run({"/bin/cp", "-a", data_, backup()});
        server_.start();
    }
    /// `signal`: a file that makes PostgreSQL recover from the archive and begin a new timeline; empty: none.
    void restore(const std::string& signal) const
    {
        server_.kill();
        run({"/bin/rm", "-r", data_});
        run({"/bin/mv", backup(), data_});
        if (!signal.empty()) run({"/bin/cp", "-a", data_ + "/PG_VERSION", data_ + "/" + signal});
        server_.start();
    }

private:
    auto backup() const -> std::string { return data_ + ".backup"; }

    const private_server server_{"postgres"};
    std::string data_;
};

/// One log, its publisher, and one reader of its topic.
struct published_log {
    server_with_backup server;
    std::unique_ptr<store> log = postgres::open_store({.dsn = server.dsn()});
    kafka::settings broker = broker_settings();
    postgres::postgres_publication_ledger ledger{server.dsn(), "test"};
    std::unique_ptr<processors::kafka_feed> feed = std::make_unique<processors::kafka_feed>(*log, broker, "test");
    std::jthread publishing;
    log_position seen;

    published_log()
    {
        log->ensure_category({"sample", 1});
        publishing =
            std::jthread([this](std::stop_token stop) { kafka::publisher(*log, ledger, broker).run(std::move(stop)); });
    }
    ~published_log()
    {
        publishing = {};
        delete_topic(broker, topic_of(broker, "sample"));
    }

    void append(int count)
    {
        for (int appended = 0; appended < count;) try {
                append_events(*log, "sample", 1);
                ++appended;
            } catch (const error& problem) {             // unreachable, or still recovering
                REQUIRE(problem.retryable());
                std::this_thread::sleep_for(50ms);
            }
    }
    auto next() -> std::vector<recorded_event>
    {
        const auto told = feed->changes().count();
        try {
            if (auto events = feed->next(std::vector<log_cursor>{{{"sample", 0}, seen}}, {}); !events.empty())
                return events;
        } catch (const unavailable&) {
            // The server is unreachable.
        }
        feed->changes().wait(told, 50ms);
        return {};
    }
    auto next_is_empty_for(std::chrono::seconds time) -> bool
    {
        const auto until = std::chrono::steady_clock::now() + time;
        while (std::chrono::steady_clock::now() < until)
            if (!next().empty()) return false;
        return true;
    }
    /// As an operator does while the publisher runs; returns what the command said when it failed.
    auto repair() const -> std::string
    {
        child command({ANNALS_PROGRAM, "publish", "repair", "--yes"},
                      {{"ANNALS_DSN", server.dsn()},
                       {"ANNALS_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrap_servers},
                       {"ANNALS_TOPIC", broker.topic_template}});
        return command.wait().exit_code == 0 ? "" : command.output();
    }
    /// Reads up to this position; whether everything that came is in the log.
    auto reads_the_log_up_to(std::int64_t position) -> bool
    {
        const auto until = std::chrono::steady_clock::now() + 30s;
        while (seen.number < position && std::chrono::steady_clock::now() < until)
            for (const auto& event : next()) {
                const auto stored = log->read_log(event.log(), seen, {.events_max = 1});
                if (stored.empty() || stored[0].id != event.id) return false;
                seen = event.position;
            }
        return seen.number == position;
    }
};

void check_restore(const std::string& signal)
{
    published_log samples;
    samples.append(20);
    CHECK(difference_after(30s, *samples.log, samples.broker, "sample") == "");
    samples.server.back_up();
    samples.append(1);
    CHECK(samples.reads_the_log_up_to(21));
    samples.append(5);
    CHECK(difference_after(30s, *samples.log, samples.broker, "sample") == "");
    for (int attempt = 0; attempt < 600 && samples.next().size() < 5; ++attempt) {}
    nothing_for(1s);                                     // the topic delivers them again, and no reader sees that
    CHECK(samples.next().size() == 5);

    samples.server.restore(signal);
    samples.seen = {20};
    CHECK(samples.next_is_empty_for(2s));                // a reader from before
    samples.feed = std::make_unique<processors::kafka_feed>(*samples.log, samples.broker, "test");
    CHECK(samples.next_is_empty_for(4s));  // a new reader, which finds the lost events in the topic
    samples.append(7);
    CHECK(samples.reads_the_log_up_to(27));

    CHECK(samples.repair() == "");
    CHECK(difference_after(60s, *samples.log, samples.broker, "sample") == "");
    samples.append(3);
    CHECK(samples.reads_the_log_up_to(30));
}

}  // namespace

TEST_CASE("events that a restore to a point in time removed are not delivered, and the topic is repaired")
{
    check_restore("recovery.signal");
}

TEST_CASE("a data directory that was copied back is noticed although the timeline is the same") { check_restore(""); }
