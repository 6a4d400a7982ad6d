// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/kafka/topic.hpp>
#include <tests/kafka/published.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <spawn.h>

#include <chrono>
#include <random>
#include <signal.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <utility>

using namespace annals;
using namespace annals::eventstore;
using namespace std::chrono_literals;

namespace {

/// A publisher in a process of its own.
class publisher_process {
public:
    publisher_process(const std::string& dsn, const std::string& topic_template)
    {
        std::string program = ANNALS_PUBLISHING_PROCESS, first = dsn, second = topic_template;
        char* arguments[] = {program.data(), first.data(), second.data(), nullptr};
        if (posix_spawn(&pid_, program.c_str(), nullptr, nullptr, arguments, environ))
            throw std::runtime_error("cannot start " + program);
    }
    ~publisher_process() { kill_now(); }
    publisher_process(const publisher_process&) = delete;
    auto operator=(const publisher_process&) -> publisher_process& = delete;

    void send(int signal) const { kill(pid_, signal); }
    void kill_now()
    {
        if (pid_ == 0) return;
        send(SIGKILL);
        waitpid(std::exchange(pid_, 0), nullptr, 0);
    }

private:
    pid_t pid_ = 0;
};

struct published_database {
    tests::temporary_database database;
    kafka::settings settings = tests::broker_settings();
    std::unique_ptr<store> log = postgres::open_store({.dsn = database.dsn()});

    auto start() { return std::make_unique<publisher_process>(database.dsn(), settings.topic_template); }
    auto difference(std::chrono::seconds patience)
    {
        return tests::difference_after(patience, *log, settings, "sample");
    }
    auto shares() { return tests::shares_of_publishers(database.dsn()); }
    ~published_database() { tests::delete_topic(settings, kafka::topic_of(settings, "sample")); }
};

}  // namespace

TEST_CASE("two publishers share the logs evenly, and one that ends leaves them to the other")
{
    published_database samples;
    samples.log->ensure_category({"sample", 8});
    tests::append_events(*samples.log, "sample", 100);
    auto first = samples.start();
    CHECK(tests::waited_until(5s, [&] { return samples.shares() == std::vector<std::int64_t>{8}; }));
    auto second = samples.start();
    CHECK(tests::waited_until(8s, [&] { return samples.shares() == std::vector<std::int64_t>{4, 4}; }));
    tests::append_events(*samples.log, "sample", 100);
    CHECK(samples.difference(10s) == "");
    first->kill_now();
    CHECK(tests::waited_until(10s, [&] { return samples.shares() == std::vector<std::int64_t>{8}; }));
    tests::append_events(*samples.log, "sample", 100);
    CHECK(samples.difference(10s) == "");
}

TEST_CASE("the logs of a stopped publisher move to another within ten seconds")
{
    published_database samples;
    samples.log->ensure_category({"sample", 4});
    tests::append_events(*samples.log, "sample", 100);
    auto first = samples.start();
    CHECK(samples.difference(10s) == "");
    auto second = samples.start();
    CHECK(tests::waited_until(8s, [&] { return samples.shares() == std::vector<std::int64_t>{2, 2}; }));
    first->send(SIGSTOP);
    tests::append_events(*samples.log, "sample", 100);
    const auto stopped_at = std::chrono::steady_clock::now();
    CHECK(samples.difference(12s) == "");
    CHECK(std::chrono::steady_clock::now() - stopped_at < 10s);
    first->send(SIGCONT);
    CHECK(tests::waited_until(10s, [&] { return samples.shares() == std::vector<std::int64_t>{2, 2}; }));
    tests::append_events(*samples.log, "sample", 100);
    CHECK(samples.difference(10s) == "");
}

TEST_CASE("publishers that are killed repeatedly leave first occurrences in order and nothing missing")
{
    published_database samples;
    samples.log->ensure_category({"sample", 2});
    std::jthread appending([&](const std::stop_token& stop) {
        while (!stop.stop_requested()) tests::append_events(*samples.log, "sample", 20);
    });
    std::minstd_rand random(42);
    for (int round = 0; round < 8; ++round) {
        auto publisher = samples.start();
        std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 700));
    }
    appending.request_stop();
    appending.join();
    auto publisher = samples.start();
    CHECK(samples.difference(30s) == "");
}
