// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/meeting.hpp>

#include <annals/libpq/sqlstate.hpp>
#include <annals/processors/checkpoint.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace annals::projections::rebuild {

using namespace std::chrono_literals;
using processors::processor_id;

namespace {

/// Shorter than a session may be idle in a transaction.
constexpr auto patience = 1s;
constexpr auto look_every = 5ms;

/// Whatever the database's own settings are.
constexpr auto waits_for_a_batch = "set local lock_timeout = '2s'";

constexpr auto select_positions = R"sql(
    with one as (select * from annals.projections where name = $1 and version = $2),
         other as (select * from annals.projections where name = $3 and version = $4)
    select g.log, coalesce(l.position, 0), coalesce(b.position, 0)
    from one, other, annals.logs g
    left join annals.checkpoints l on l.processor = $1 and l.version = $2 and l.log = g.log
    left join annals.checkpoints b on b.processor = $3 and b.version = $4 and b.log = g.log
    where g.category = any (one.categories) and g.category = any (other.categories)
    order by 1
)sql";

constexpr auto stop_where_it_is =
    "update annals.checkpoints set stop_at = position where processor = $1 and version = $2";
constexpr auto stop_at_live = R"sql(
    update annals.checkpoints b set stop_at = greatest(b.position, l.position)
    from annals.checkpoints l
    where b.processor = $1 and b.version = $2 and l.processor = $3 and l.version = $4 and l.log = b.log
)sql";
constexpr auto stop_nowhere =
    "update annals.checkpoints set stop_at = null where processor = $1 and version = $2 and stop_at is not null";

}  // namespace

auto positions_of(pqxx::transaction_base& tx, const processor_id& live, const processor_id& built)
    -> std::vector<pair_of_positions>
{
    std::vector<pair_of_positions> all;
    for (const auto& [log, at_live, at_built] : tx.query<int, std::int64_t, std::int64_t>(
             select_positions, pqxx::params{live.name, live.version, built.name, built.version}))
        all.push_back({log, at_live, at_built});
    return all;
}

void lift_bounds(pqxx::connection& model, const processor_id& built)
{
    pqxx::nontransaction tx(model);
    tx.exec(stop_nowhere, pqxx::params{built.name, built.version});
}

meeting::meeting(const std::string& model_dsn, processor_id live, processor_id built)
    : live_(std::move(live)),
      built_(std::move(built)),
      looking_(processors::open_model_connection(model_dsn, "rebuild")),
      holding_(processors::open_model_connection(model_dsn, "rebuild"))
{}

meeting::~meeting()
{
    try {
        release();
    } catch (const std::exception&) {
        // The next meeting sets bounds of its own; until then only a version that is not live stands still.
    }
}

/// First the built one stops, then the live one passes it, and is held. The built one follows to that position.
auto meeting::at_the_same() -> outcome
{
    bound_built(stop_where_it_is);
    if (!wait_for([](const pair_of_positions& at) { return at.live >= at.built; })) {
        release();
        return outcome::live_is_behind;
    }
    if (!hold_live()) {
        release();
        return outcome::live_is_busy;
    }
    {
        pqxx::nontransaction tx(looking_);
        tx.exec(stop_at_live, pqxx::params{built_.name, built_.version, live_.name, live_.version});
    }
    if (wait_for([](const pair_of_positions& at) { return at.live == at.built; })) return outcome::together;
    release();
    return outcome::built_is_behind;
}

auto meeting::at_least() -> outcome
{
    if (!hold_live()) {
        release();
        return outcome::live_is_busy;
    }
    if (is_stopped()) return outcome::together;
    if (wait_for([](const pair_of_positions& at) { return at.built >= at.live; })) return outcome::together;
    release();
    return outcome::built_is_behind;
}

void meeting::release()
{
    held_.reset();
    if (is_bounded_) lift_bounds(looking_, built_);
    is_bounded_ = false;
}

void meeting::bound_built(const char* statement)
{
    is_bounded_ = true;
    pqxx::nontransaction tx(looking_);
    tx.exec(statement, pqxx::params{built_.name, built_.version});
}

auto meeting::wait_for(bool (*is_there)(const pair_of_positions&)) -> bool
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        {
            pqxx::nontransaction tx(looking_);
            if (std::ranges::all_of(positions_of(tx, live_, built_), is_there)) return true;
        }
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(look_every);
    }
}

/// Its checkpoints may even be beyond the end of a log that was restored.
auto meeting::is_stopped() -> bool
{
    pqxx::nontransaction tx(looking_);
    return processors::read_state(tx, live_).is == processors::activity::stopped;
}

/// Its workers wait at their next batch.
auto meeting::hold_live() -> bool
{
    held_.reset();
    held_ = std::make_unique<pqxx::work>(holding_);
    held_->exec("set local search_path = pg_catalog, pg_temp; set local statement_timeout = 0");
    held_->exec(waits_for_a_batch);
    try {
        processors::hold_checkpoints(*held_, live_);
        return true;
    } catch (const pqxx::deadlock_detected&) {
        return false;  // a batch may lock its checkpoints in another order
    } catch (const pqxx::sql_error& problem) {
        if (problem.sqlstate() != libpq::lock_not_available) throw;
        return false;
    }
}

}  // namespace annals::projections::rebuild
