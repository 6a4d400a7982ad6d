// SPDX-License-Identifier: Apache-2.0
// A worker in a process of its own, for tests that stop and kill it: worker_process LOG_DSN MODEL_DSN
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <tests/processors/journal.hpp>
#include <tests/processors/tally.hpp>
#include <tests/support/termination.hpp>

#include <random>
#include <thread>

using namespace annals;

namespace {

/// Cannot apply bad events, most of the times that it tries.
auto moody_journal() -> std::shared_ptr<processors::processor>
{
    auto written = std::make_shared<processors::tests::journal>("noted");
    written->before = [random =
                           std::minstd_rand(std::random_device{}())](const eventstore::recorded_event& event) mutable {
        if (event.data.contains("bad") && random() % 3 != 0) throw std::runtime_error("it is bad");
    };
    return written;
}

}  // namespace

int main(int, char** arguments)
{
    const tests::termination end;

    const auto store = eventstore::postgres::open_store({.dsn = arguments[1]});
    processors::log_feed feed(*store);
    processors::worker worker(
        {.model_dsn = arguments[2], .process = "worker_process"}, *store, feed,
        {std::make_shared<processors::tests::tally>("one"),
         std::make_shared<processors::tests::tally>("other", processors::work_distribution::whole), moody_journal()});
    const std::jthread working([&](const std::stop_token& stop) { worker.run(stop); });
    end.wait();
}
