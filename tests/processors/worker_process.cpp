// SPDX-License-Identifier: Apache-2.0
// A worker in a process of its own, for tests that stop and kill it: worker_process LOG_DSN MODEL_DSN
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/worker.hpp>
#include <tests/processors/tally.hpp>

#include <csignal>
#include <thread>

using namespace annals;

int main(int, char** arguments)
{
    sigset_t end;
    sigemptyset(&end);
    sigaddset(&end, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &end, nullptr);

    const auto store = eventstore::postgres::open_store({.dsn = arguments[1]});
    processors::log_feed feed(*store);
    processors::worker worker(
        {.model_dsn = arguments[2], .process = "worker_process"}, *store, feed,
        {std::make_shared<processors::tests::tally>("one"),
         std::make_shared<processors::tests::tally>("other", processors::work_distribution::whole)});
    const std::jthread working([&](const std::stop_token& stop) { worker.run(stop); });
    int signal = 0;
    sigwait(&end, &signal);
}
