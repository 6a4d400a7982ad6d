// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/queries/database.hpp>
#include <annals/queries/errors.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/pipeline.hpp>
#include <benchmarks/processor_time.hpp>
#include <benchmarks/report.hpp>
#include <benchmarks/scratch_database.hpp>

#include <pqxx/pqxx>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

namespace annals::benchmarks {
namespace {

using namespace eventstore;

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto read_model = "counts";
constexpr auto far_away = "sample/0@1000000000";

/// A way to wait, for one reader: returns when the token is reached, or throws.
using wait_for_token = std::function<void(const std::string& token)>;
struct way_to_wait {
    std::string name;
    std::function<wait_for_token(const std::string& dsn, queries::database&)> open;
};

auto by_statement(const std::string& statement) -> std::function<wait_for_token(const std::string&, queries::database&)>
{
    return [statement](const std::string& dsn, queries::database&) -> wait_for_token {
        auto session = std::make_shared<pqxx::connection>(dsn);
        return [session, statement](const std::string& token) {
            pqxx::nontransaction(*session).exec(statement, pqxx::params{read_model, token});
        };
    };
}

auto ways() -> std::vector<way_to_wait>
{
    return {{"select annals.wait_for", by_statement("select annals.wait_for($1, $2, '1 h')")},
            {"call annals.wait", by_statement("call annals.wait($1, $2, '1 h')")},
            {"one watcher (queries)", [](const std::string&, queries::database& shared) -> wait_for_token {
                 return [&shared](const std::string& token) {
                     shared.wait_for(read_model, after(parse_token(token), 1h));
                 };
             }}};
}

/// Readers in threads that wait for a token that never comes, until this ends.
class waiting_readers {
public:
    waiting_readers(const std::string& dsn, queries::database& shared, const way_to_wait& by, int readers) : dsn_(dsn)
    {
        for (int i = 0; i < readers; ++i)
            threads_.emplace_back([wait = by.open(dsn, shared)] {
                try {
                    wait(far_away);
                } catch (const std::exception&) {
                    // Its session was ended.
                }
            });
    }
    ~waiting_readers()
    {
        pqxx::connection server(dsn_);
        pqxx::nontransaction tx(server);
        tx.exec("insert into annals.processor_states (processor, version, state) values ('counts', 1, 'stopped') "
                "on conflict do nothing");
        tx.exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and "
                "query like '%wait%' and state = 'active' and pid <> pg_backend_pid()");
        threads_.clear();
    }
    waiting_readers(const waiting_readers&) = delete;
    auto operator=(const waiting_readers&) -> waiting_readers& = delete;

private:
    std::string dsn_;
    std::vector<std::jthread> threads_;
};

struct figures {
    double processors = 0, updates_per_s = 0;
    std::vector<double> latencies_ms;
};

/// How often one row of checkpoints can be updated, in the last second of several.
auto updates_of_a_checkpoint(pqxx::connection& server, double for_s) -> double
{
    pqxx::nontransaction tx(server);
    tx.exec("set synchronous_commit = off");
    tx.exec("insert into annals.checkpoints (processor, version, log) select 'hot', 1, min(log) from annals.logs "
            "on conflict do nothing");
    const auto until = clock::now() + std::chrono::duration_cast<clock::duration>(seconds(for_s));
    int updates = 0;
    while (clock::now() < until) {
        tx.exec("update annals.checkpoints set position = position + 1 where processor = 'hot' and version = 1");
        updates += clock::now() > until - 1s;
    }
    return updates;
}

/// From the end of an append to the moment when a reader learns that the worker has applied it.
auto latencies(store& log, const wait_for_token& wait, int appends) -> std::vector<double>
{
    std::minstd_rand random(1);
    std::vector<double> all;
    for (int n = 0; n < appends; ++n) {
        std::this_thread::sleep_for(std::chrono::milliseconds(std::uniform_int_distribution(5, 25)(random)));
        const auto done =
            log.append({.streams = {{{"sample", random_key()}, expected_version::no_stream(), {event(n)}}}});
        token written;
        written.include(done->streams[0].log, done->streams[0].last_position);
        const auto begin = clock::now();
        wait(to_string(written));
        all.push_back(std::chrono::duration<double, std::milli>(clock::now() - begin).count());
    }
    return all;
}

auto measure(const way_to_wait* by, int readers, double for_s) -> figures
{
    const scratch_database database;
    const auto log = postgres::open_store({.dsn = database.dsn()});
    log->ensure_category({"sample", 8});
    const pipeline running(*log, database.dsn(), way::from_the_log);
    pqxx::connection server(database.dsn());
    queries::database shared(database.dsn());
    const auto all = ways();
    const waiting_readers others(database.dsn(), shared, by ? *by : all.front(), by ? readers : 0);
    std::this_thread::sleep_for(3s);             // the worker has its leases, and the readers have waited for long

    figures found;
    const auto before = processor_time(server);
    std::this_thread::sleep_for(seconds(for_s));
    const auto used = processor_time(server) - before;
    found.processors = (used.program + used.server) / for_s;
    found.latencies_ms = latencies(*log, (by ? *by : all.back()).open(database.dsn(), shared), 100);
    found.updates_per_s = updates_of_a_checkpoint(server, for_s);
    return found;
}

auto to_row(const std::string& what, int readers, std::vector<figures> all, double idle) -> row
{
    std::vector<double> processors, updates, p50, p99;
    for (auto& one : all) {
        processors.push_back(one.processors - idle);
        updates.push_back(one.updates_per_s);
        p50.push_back(percentile(one.latencies_ms, 0.5));
        p99.push_back(percentile(one.latencies_ms, 0.99));
    }
    row line{what, readers, {}, median(updates), median(p50), median(p99), {}};
    line.ratio_to["a processor"] = median(processors);
    return line;
}

}  // namespace

void waiting(std::span<char*> arguments)
{
    const auto for_s = option(arguments, "--seconds", 5);
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const auto most = static_cast<int>(option(arguments, "--readers", 256));

    std::vector<figures> nobody;
    std::map<std::pair<std::string, int>, std::vector<figures>> found;
    for (int i = 0; i < repetitions; ++i) {
        nobody.push_back(measure(nullptr, 0, for_s));
        for (const auto& by : ways())
            for (const int readers : {1, 16, 256})
                if (readers <= most) found[{by.name, readers}].push_back(measure(&by, readers, for_s));
    }
    std::vector<double> idle;
    for (const auto& one : nobody) idle.push_back(one.processors);
    std::vector<row> rows{to_row("nobody waits", 0, nobody, 0)};
    for (const auto& by : ways())
        for (const int readers : {1, 16, 256})
            if (readers <= most) rows.push_back(to_row(by.name, readers, found[{by.name, readers}], median(idle)));
    print("waiting", rows);
}

}  // namespace annals::benchmarks
