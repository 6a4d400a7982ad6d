// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/append.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/worker.hpp>
#include <annals/sagas/process_managers/executor.hpp>
#include <annals/sagas/process_managers/manager_processor.hpp>
#include <tests/sagas/process_managers/shipping.hpp>
#include <tests/support/database.hpp>
#include <tests/support/hooked_store.hpp>
#include <tests/support/kept_lines.hpp>
#include <tests/support/waiting.hpp>

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace shipping {

template <class Manager>
auto executed() -> sagas::executed_manager
{
    return {sagas::id_of<Manager>(), sagas::answer_of<Manager>()};
}

inline auto all_commands() -> std::vector<commands::json_command>
{
    return {commands::as_json_command<parcel, pack>(), commands::as_json_command<parcel, seal>(),
            commands::as_json_command<parcel, remind>()};
}

/// A log in memory, a database for the rest, and the parts of a worker process on them.
struct shipping_bench {
    annals::tests::temporary_database database;
    eventstore::memory::memory_store memory{4};
    annals::tests::hooked_store store{memory};
    processors::log_feed feed{memory};
    std::shared_ptr<annals::tests::kept_lines> said = std::make_shared<annals::tests::kept_lines>();

    shipping_bench()
    {
        telemetry::send_log_to(said);
        memory.ensure_category({"order", 4});
    }
    ~shipping_bench() { telemetry::send_log_to(nullptr); }

    template <class Manager>
    auto work() -> std::jthread
    {
        return std::jthread([this](const std::stop_token& stop) {
            processors::worker({.model_dsn = database.dsn(), .process = "test"}, memory, feed,
                               {std::make_shared<sagas::manager_processor<Manager>>()})
                .run(stop);
        });
    }

    template <class... Managers>
    auto execute(std::vector<commands::json_command> known = all_commands()) -> std::jthread
    {
        const auto handle = [this](const commands::command_for& one, const eventstore::metadata& origin,
                                   const commands::handle_options& options) {
            return commands::handle(store, std::vector{one}, origin, options);
        };
        auto settings = sagas::executor_settings{.model_dsn = database.dsn(),
                                                 .process = "test",
                                                 .managers = {executed<Managers>()...},
                                                 .commands = std::move(known)};
        return std::jthread([settings = std::move(settings), handle](const std::stop_token& stop) {
            sagas::executor(settings, handle).run(stop);
        });
    }

    template <class... Facts>
    void append(const std::string& order, const Facts&... facts)
    {
        REQUIRE(facts::append(memory, {"order", order}, eventstore::any_version(), facts...));
    }

    auto parcel_events(const std::string& key) -> std::vector<eventstore::recorded_event>
    {
        return memory.read({"parcel", key});
    }
    auto has(const std::string& parcel, std::size_t events) -> bool
    {
        return annals::tests::waited_until(std::chrono::seconds{10},
                                           [&] { return parcel_events(parcel).size() >= events; })
               && parcel_events(parcel).size() == events;
    }

    template <class T>
    auto ask(const std::string& query) -> T
    {
        auto connection = processors::open_model_connection(database.dsn(), "test");
        return pqxx::nontransaction(connection).query_value<T>(query);
    }
    void execute_sql(const std::string& statement)
    {
        auto connection = processors::open_model_connection(database.dsn(), "test");
        pqxx::nontransaction(connection).exec(statement);
    }
    auto rows_left() -> int { return ask<int>("select count(*) from annals.outgoing_commands"); }
    auto becomes(const std::string& query) -> bool
    {
        return annals::tests::waited_until(std::chrono::seconds{15}, [&] { return ask<bool>("select " + query); });
    }
    auto is_empty() -> bool { return becomes("not exists (select from annals.outgoing_commands)"); }
};

}  // namespace shipping
