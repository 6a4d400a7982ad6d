// SPDX-License-Identifier: Apache-2.0
// An orchestrator and its participant in a process of its own, for tests that stop and kill it: saga_process DSN
#include <annals/sagas/orchestrator/local_participant.hpp>
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <tests/sagas/orchestrator/orders.hpp>
#include <tests/support/termination.hpp>

#include <pqxx/pqxx>

#include <optional>
#include <random>
#include <thread>

using namespace annals;

namespace {

constexpr auto do_it = R"(
    insert into effects (saga, step, is_undo, had_effect)
    select $1, $2, false, true where not exists (select from effects where saga = $1 and step = $2 and is_undo)
    on conflict do nothing)";
constexpr auto undo_it = R"(
    insert into effects (saga, step, is_undo, had_effect)
    values ($1, $2, true, exists (select from effects where saga = $1 and step = $2 and not is_undo))
    on conflict do nothing)";

/// One effect at a time for each saga, so that a deed and its undoing do not pass each other.
void act(const std::string& dsn, const sagas::request& asked)
{
    thread_local std::optional<pqxx::connection> link;
    if (!link || !link->is_open()) link.emplace(dsn);
    pqxx::work tx(*link);
    tx.exec("select pg_advisory_xact_lock(hashtext($1))", pqxx::params{asked.saga_id});
    tx.exec(asked.direction == sagas::direction::forward ? do_it : undo_it, pqxx::params{asked.saga_id, asked.step});
    tx.commit();
}

/// Most of the time it does what it is asked for; sometimes it fails, is late, or is late and does it nevertheless.
auto moody(const std::string& dsn, const sagas::request& asked) -> sagas::outcome
{
    thread_local std::minstd_rand random(std::random_device{}());
    const auto mood = random() % 100;
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 20));
    if (mood < 8) return sagas::try_again("not now");
    if (mood < 12 && asked.direction == sagas::direction::forward) return sagas::failed("never");
    if (mood < 15) std::this_thread::sleep_for(std::chrono::milliseconds(900));
    act(dsn, asked);
    return sagas::done();
}

}  // namespace

int main(int, char** arguments)
{
    const tests::termination end;

    const std::string dsn = arguments[1];
    auto shop = std::make_shared<sagas::local_participant>("shop", 16);
    const auto act = [&](const sagas::request& asked) { return moody(dsn, asked); };
    for (const auto* const name : {"open", "close", "pack", "unpack", "charge", "refund", "ship", "recall"})
        shop->on(name, act);
    sagas::orchestrator runs({.dsn = dsn, .process = "saga_process"}, {tests::order_in_branches}, {shop});
    const std::jthread running([&](const std::stop_token& stop) { runs.run(stop); });
    end.wait();
}
