// SPDX-License-Identifier: Apache-2.0
// A worker with process managers in a process of its own, for tests that stop and kill it:
// shipping_process LOG_DSN MODEL_DSN
#include <annals/commands/aggregate_cache.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/sagas/process_managers/executor.hpp>
#include <annals/sagas/process_managers/manager_processor.hpp>
#include <tests/sagas/process_managers/shipping.hpp>
#include <tests/support/termination.hpp>

#include <memory>
#include <thread>

using namespace annals;
using namespace shipping;

namespace {

auto executor_of(const std::string& model_dsn, eventstore::store& store, commands::aggregate_cache& cache)
    -> sagas::executor
{
    return {
        {.model_dsn = model_dsn,
         .process = "shipping_process",
         .managers = {{sagas::id_of<packing>(), sagas::answer_of<packing>()}},
         .commands = {commands::as_json_command<parcel, pack>(), commands::as_json_command<parcel, remind>()}},
        [&](const commands::command_for& one, const eventstore::metadata& origin, commands::handle_options options) {
            options.cache = &cache;
            return commands::handle(store, std::vector{one}, origin, options);
        }};
}

}  // namespace

int main(int, char** arguments)
{
    const tests::termination end;

    const auto store = eventstore::postgres::open_store({.dsn = arguments[1]});
    commands::aggregate_cache cache(*store, 16 << 20);
    processors::log_feed feed(*store);
    processors::worker worker({.model_dsn = arguments[2], .process = "shipping_process"}, *store, feed,
                              {std::make_shared<sagas::manager_processor<packing>>()});
    auto executor = executor_of(arguments[2], *store, cache);
    const std::jthread working([&](const std::stop_token& stop) { worker.run(stop); });
    const std::jthread executing([&](const std::stop_token& stop) { executor.run(stop); });
    end.wait();
}
