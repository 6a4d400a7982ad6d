// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/processors/worker.hpp>
#include <tests/processors/tally_checks.hpp>
#include <tests/support/hooked_store.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/waiting.hpp>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace annals::processors::tests {

/// A database, a log, and workers on them.
struct worker_bench {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store memory{4};
    annals::tests::hooked_store store{memory};
    log_feed feed{store};
    std::shared_ptr<annals::tests::kept_lines> said = std::make_shared<annals::tests::kept_lines>();

    worker_bench()
    {
        telemetry::send_log_to(said);
        create_tally(database.dsn());
        memory.ensure_category({"thing", 4});
    }
    ~worker_bench() { telemetry::send_log_to(nullptr); }

    auto says(std::string_view text) const -> bool { return said->count(text) > 0; }

    auto start(processor_list processors, std::function<processor_list()> source = {}, std::size_t connections_max = 8,
               parking_limits parking = {}) -> std::jthread
    {
        auto settings = worker_settings{.model_dsn = database.dsn(),
                                        .process = "test",
                                        .source = std::move(source),
                                        .connections_max = connections_max,
                                        .parking = parking};
        return std::jthread([this, settings, processors](const std::stop_token& stop) {
            worker(settings, store, feed, processors).run(stop);
        });
    }

    auto has(const std::string& name, std::int64_t count) -> bool
    {
        return tally_sum(database.dsn(), memory, name) == count;
    }

    void execute(auto&& act)
    {
        auto connection = open_model_connection(database.dsn(), "operator");
        pqxx::work tx(connection);
        act(tx);
        tx.commit();
    }

    auto state_of(const processor& one) -> processor_state
    {
        processor_state state;
        execute([&](pqxx::transaction_base& tx) { state = read_state(tx, one.id()); });
        return state;
    }

    /// Whether a session of the database is in `pg_sleep`.
    auto is_anyone_sleeping() -> bool
    {
        bool is = false;
        execute([&](pqxx::transaction_base& tx) {
            is = tx.query_value<bool>("select exists (select from pg_stat_activity where datname = current_database() "
                                      "and wait_event = 'PgSleep')");
        });
        return is;
    }

    /// Sessions of this test's database whose name says that they are for this part of a program.
    auto sessions_called(const std::string& part) -> int
    {
        int count = 0;
        execute([&](pqxx::transaction_base& tx) {
            count = tx.query_value<int>("select count(*) from pg_stat_activity where datname = current_database() and "
                                        "application_name like '% ' || $1 || ' %@%'",
                                        pqxx::params{part});
        });
        return count;
    }

    auto logs_per_process() -> std::vector<int>
    {
        auto connection = open_model_connection(database.dsn(), "operator");
        pqxx::nontransaction tx(connection);
        std::vector<int> counts;
        for (const auto& [count] :
             tx.query<int>("select count(*) from annals.lease_holders() group by process order by 1"))
            counts.push_back(count);
        return counts;
    }
};

}  // namespace annals::processors::tests
