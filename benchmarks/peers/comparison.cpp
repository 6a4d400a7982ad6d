// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/comparison.hpp>

#include <benchmarks/peers/annals_store.hpp>
#include <benchmarks/peers/bare_postgres.hpp>
#include <benchmarks/peers/eventsourcing.hpp>
#include <benchmarks/peers/message_db.hpp>
#include <benchmarks/peers/place.hpp>

#include <pqxx/pqxx>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <unistd.h>
#include <utility>

namespace annals::benchmarks {
namespace {

using samples = std::vector<sample>;         // one per repetition

auto row_of(const workload& work, const peer& of, samples& all) -> row
{
    auto line = medians(work.what, work.callers, work.events_per_append, all);
    line.peer = of.name();
    const auto each = rates(all);
    line.events_per_s_min = std::ranges::min(each);
    line.events_per_s_max = std::ranges::max(each);
    return line;
}

auto rows_of(const workload& work, const std::vector<std::unique_ptr<peer>>& peers, std::vector<samples>& by_peer)
    -> std::vector<row>
{
    std::vector<row> rows;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        if (by_peer[i].empty()) continue;
        rows.push_back(row_of(work, *peers[i], by_peer[i]));
        if (i > 0) rows.front().ratio_to[peers[i]->name()] = ratio(by_peer[0], by_peer[i]);
    }
    return rows;
}

}  // namespace

auto peers_in_this_process() -> std::vector<std::unique_ptr<peer>>
{
    std::vector<std::unique_ptr<peer>> peers;
    peers.push_back(std::make_unique<annals_store>());
    peers.push_back(std::make_unique<bare_postgres>());
    if (const auto package = place_of("message-db", "ANNALS_BENCH_MESSAGE_DB"); !package.empty()) {
        auto shared = std::make_unique<message_db>(package);
        auto apart = std::make_unique<message_db_apart>(*shared);
        peers.push_back(std::move(shared));
        peers.push_back(std::move(apart));
    }
    return peers;
}

auto all_peers() -> std::vector<std::unique_ptr<peer>>
{
    auto peers = peers_in_this_process();
    if (const auto driver = place_of("eventsourcing", "ANNALS_BENCH_EVENTSOURCING"); !driver.empty())
        peers.push_back(std::make_unique<eventsourcing>(words(driver)));
    return peers;
}

auto compare(const std::vector<std::unique_ptr<peer>>& peers, const std::vector<workload>& works, int repetitions)
    -> std::vector<row>
{
    std::vector<std::vector<samples>> all(works.size(), std::vector<samples>(peers.size()));
    const bool shown = ::isatty(STDERR_FILENO) != 0;
    for (int repetition = 0; repetition < repetitions; ++repetition)
        for (std::size_t work = 0; work < works.size(); ++work)
            for (std::size_t i = 0; i < peers.size(); ++i) {
                const auto one = (i + static_cast<std::size_t>(repetition)) % peers.size();
                if (shown)
                    std::fprintf(stderr, "\r\033[K%d/%d  %s: %s", repetition + 1, repetitions, works[work].what.c_str(),
                                 peers[one]->name().c_str());
                auto taken = works[work].run(*peers[one]);
                if (taken.events_per_s > 0) all[work][one].push_back(std::move(taken));
            }
    if (shown) std::fprintf(stderr, "\r\033[K");
    std::vector<row> rows;
    for (std::size_t work = 0; work < works.size(); ++work)
        for (auto& line : rows_of(works[work], peers, all[work])) rows.push_back(std::move(line));
    return rows;
}

void print_machine()
{
    pqxx::connection server{""};
    pqxx::nontransaction tx{server};
    const auto setting = [&](const std::string& name) { return tx.query_value<std::string>("show " + name); };
    std::printf("PostgreSQL %s, fsync %s, synchronous_commit %s, shared_buffers %s; %u processors for all\n",
                setting("server_version").c_str(), setting("fsync").c_str(), setting("synchronous_commit").c_str(),
                setting("shared_buffers").c_str(), std::thread::hardware_concurrency());
}

}  // namespace annals::benchmarks
