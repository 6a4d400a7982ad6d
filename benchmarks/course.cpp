// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/course.hpp>

#include <annals/eventstore/postgres/postgres_store.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/processor_time.hpp>
#include <benchmarks/scratch_database.hpp>

#include <pqxx/pqxx>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Asks the read model continuously how many events it shows; remembers when it first showed each number.
class reader {
public:
    explicit reader(const std::string& dsn) : server_(dsn), thread_([this](std::stop_token stop) { watch(stop); }) {}

    /// What it costs itself.
    auto processor_time() -> processor_seconds
    {
        return {.program = thread_seconds_, .server = processor_time_of(server_.backendpid())};
    }

    /// Waits until this many are shown.
    void wait_for(std::int64_t events)
    {
        const auto until = clock::now() + 120s;
        while (shown_ < events) {
            if (clock::now() > until) throw std::runtime_error("the read model is stuck at " + std::to_string(shown_));
            std::this_thread::sleep_for(1ms);
        }
    }

    /// When the n-th event was shown, from 0; after `wait_for`.
    auto shown_at(std::int64_t n) -> clock::time_point
    {
        const std::scoped_lock lock(mutex_);
        const auto found =
            std::ranges::lower_bound(steps_, n + 1, {}, &std::pair<std::int64_t, clock::time_point>::first);
        return found->second;
    }

private:
    void watch(std::stop_token stop)
    {
        server_.prepare("rows_seen", pipeline::rows_seen);
        pqxx::nontransaction tx{server_};
        while (!stop.stop_requested()) {
            const auto now = tx.exec(pqxx::prepped{"rows_seen"}).one_field().as<std::int64_t>();
            thread_seconds_ = processor_time_of_this_thread();
            if (now > shown_) {
                const std::scoped_lock lock(mutex_);
                steps_.emplace_back(now, clock::now());
                shown_ = now;
            }
            std::this_thread::sleep_for(300us);
        }
    }

    pqxx::connection server_;
    std::mutex mutex_;
    std::vector<std::pair<std::int64_t, clock::time_point>> steps_;
    std::atomic<std::int64_t> shown_ = 0;
    std::atomic<double> thread_seconds_ = 0;
    std::jthread thread_;
};

/// Sends appends of one event without waiting for them, with a limited number in flight; ends when all are durable.
class appender {
public:
    explicit appender(store& log) : log_(log) {}
    ~appender() { wait(0); }

    void send(int number)
    {
        wait(255);
        {
            const std::scoped_lock lock(mutex_);
            ++flying_;
        }
        log_.append({.streams = {{{"sample", random_key()}, expected_version::no_stream(), {event(number)}}}},
                    [this](append_outcome outcome) {
                        const std::scoped_lock lock(mutex_);
                        if (!std::move(outcome).get()) std::terminate();
                        --flying_;
                        fewer_.notify_all();
                    });
    }

private:
    void wait(int most)
    {
        std::unique_lock lock(mutex_);
        fewer_.wait(lock, [&] { return flying_ <= most; });
    }

    store& log_;
    std::mutex mutex_;
    std::condition_variable fewer_;
    int flying_ = 0;
};

auto store_for(const course& of, const std::string& dsn) -> std::unique_ptr<store>
{
    auto log = postgres::open_store({.dsn = dsn});
    log->ensure_category({"sample", of.logs});
    if (of.idle_logs > 0) log->ensure_category({"idle", of.idle_logs});
    return log;
}

auto head_of(const course& of) -> projection_head
{
    return {.categories = of.idle_logs > 0 ? "sample, idle" : "sample", .in_one_order = of.in_one_order};
}

/// A session that keeps one log locked for this long, twice a second.
auto lock_now_and_then(const std::string& dsn, std::chrono::milliseconds time) -> std::jthread
{
    return std::jthread([dsn, time](const std::stop_token& stop) {
        pqxx::connection session(dsn);
        while (!stop.stop_requested()) {
            {
                pqxx::work tx(session);
                tx.exec(
                    "select pg_advisory_xact_lock(4711, (select min(log) from annals.logs where category = 'idle'))");
                std::this_thread::sleep_for(time);
            }
            std::this_thread::sleep_for(500ms - time);
        }
    });
}

}  // namespace

auto at_rate(const course& of, double rate, double for_s) -> sample
{
    const scratch_database database;
    const auto log = store_for(of, database.dsn());
    const pipeline running(*log, database.dsn(), of.by, head_of(of));
    reader model(database.dsn());
    std::jthread stranger;
    if (of.locked_for.count() > 0) stranger = lock_now_and_then(database.dsn(), of.locked_for);

    pqxx::connection server(database.dsn());
    processor_seconds before;
    const auto warm_up = static_cast<int>(rate);
    const auto events = warm_up + static_cast<int>(rate * for_s);
    std::vector<clock::time_point> sent;
    {
        appender to(*log);
        auto due = clock::now() + 2s;
        for (int n = 0; n < events; ++n) {
            std::this_thread::sleep_until(due);
            if (n == warm_up) before = processor_time(server) - model.processor_time();
            sent.push_back(due);             // when it should have been sent: a stall counts as latency
            to.send(n);
            due += std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(1 / rate));
        }
    }
    model.wait_for(events);
    const auto used = processor_time(server) - model.processor_time() - before;
    const auto for_one = [&](double time) { return 1'000'000 * time / (events - warm_up); };
    sample result{.events_per_s = rate, .latencies_ms = {}};
    result.processor_us = {{"annals", for_one(used.program)}, {"PostgreSQL", for_one(used.server)}};
    if (used.broker > 0) result.processor_us["broker"] = for_one(used.broker);
    for (int n = warm_up; n < events; ++n) {
        const auto taken = model.shown_at(n) - sent[static_cast<std::size_t>(n)];
        result.latencies_ms.push_back(std::chrono::duration<double, std::milli>(taken).count());
    }
    return result;
}

auto at_most(const course& of, int events) -> sample
{
    const scratch_database database;
    const auto log = store_for(of, database.dsn());
    const pipeline running(*log, database.dsn(), of.by, head_of(of));
    reader model(database.dsn());
    std::this_thread::sleep_for(2s);         // leases, topics

    const auto begin = clock::now();
    {
        appender to(*log);
        for (int n = 0; n < events; ++n) to.send(n);
    }
    model.wait_for(events);
    return {.events_per_s = events / std::chrono::duration<double>(model.shown_at(events - 1) - begin).count(),
            .latencies_ms = {}};
}

}  // namespace annals::benchmarks
