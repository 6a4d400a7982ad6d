// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/rebuild/swap.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/libpq/sqlstate.hpp>
#include <annals/processors/checkpoint.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/parked.hpp>
#include <annals/processors/registry.hpp>
#include <annals/projections/rebuild/meeting.hpp>
#include <annals/projections/rebuild/shown_replacement.hpp>
#include <annals/projections/schema.hpp>

#include <thread>
#include <utility>

namespace annals::projections::rebuild {

using namespace std::chrono_literals;
using processors::processor_id;

namespace {

/// A swap waits for a reader's lock no longer, since new readers wait behind it.
constexpr auto lock_timeout = "set local lock_timeout = '100ms'";

/// `$1`: a transaction that began when all rows were there. A snapshot from before it may not see them.
constexpr auto older_snapshot = R"sql(
    select format('the transaction of %s (process %s%s), open since %s', usename, pid,
                  coalesce(', ' || nullif(application_name, ''), ''), to_char(xact_start, 'HH24:MI:SS'))
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
      and age(backend_xmin) > age($1::text::xid)
    order by xact_start limit 1
)sql";

/// Where the rows of a copy were before, until they are dropped.
auto former_schema_of(const processor_id& id) -> std::string { return "p__former_" + id.name; }

/// The functions of a schema find its tables by its name.
constexpr auto functions_of_schema = R"sql(
    select format('alter function %s set search_path = %I, read, pg_temp', oid::regprocedure, $1::text)
    from pg_proc where pronamespace = to_regnamespace($1)
      and exists (select from unnest(proconfig) setting where setting like 'search\_path=%')
)sql";

void replace_version(pqxx::work& tx, const version_pair& of, std::chrono::hours kept_for)
{
    tx.exec("update annals.projections set live = false, kept_until = clock_timestamp() + make_interval(hours => $2) "
            "where registration = $1",
            pqxx::params{of.live.id.registration, static_cast<int>(kept_for.count())});
    tx.exec("update annals.projections set live = true, kept_until = null where registration = $1",
            pqxx::params{of.built.id.registration});
}

/// From now on the copy is the version: it has that name, also in its schema, and a registration of its own, so that
/// what still works for the copy finds nothing to move.
void become_original(pqxx::work& tx, const version_pair& of)
{
    const auto& name = of.live.id.name;
    registry::forget(tx, of.live.id);
    tx.exec("update annals.projections set name = $2, live = true, registration = default where registration = $1",
            pqxx::params{of.built.id.registration, name});
    processors::registry::rename(tx, of.built.id, name);
    const auto schema = schema_of(of.live.id);
    tx.exec("alter schema " + schema + " rename to " + former_schema_of(of.live.id));
    tx.exec("alter schema " + schema_of(of.built.id) + " rename to " + schema);
    for (const auto& [change] : tx.query<std::string>(functions_of_schema, pqxx::params{schema})) tx.exec(change);
}

/// Another command may have swapped or removed one of them.
void check_unchanged(pqxx::work& tx, const version_pair& of)
{
    const auto live = registry::find(tx, of.live.id), built = registry::find(tx, of.built.id);
    if (live && built && live->id == of.live.id && built->id == of.built.id && live->live) return;
    throw eventstore::error(of.live.id.name
                            + " was swapped or removed by another command meanwhile; nothing was changed");
}

void swap_within(pqxx::work& tx, const version_pair& of, const swap_settings& settings)
{
    tx.exec(lock_timeout);
    registry::wait_for_turn(tx);
    check_unchanged(tx, of);
    processors::hold_checkpoints(tx, of.built.id);
    check_parked(tx, of);
    const auto schema = schema_of(of.built.id);
    const auto change = find_shown_change(tx, of.live.shows, of.built.shows, schema);
    if (!change.dependents.empty() && !settings.drops_dependents) refuse_dependents(change);
    replace_shown(tx, change, schema, settings.drops_dependents ? on_dependents::drop : on_dependents::refuse);
    tx.exec("update annals.checkpoints set stop_at = null where processor = $1 and version = $2",
            pqxx::params{of.built.id.name, of.built.id.version});
    if (of.is_copy()) become_original(tx, of);
    else replace_version(tx, of, settings.kept_for);
}

/// Readers may still look at the former rows. When they do so for long, the next rebuild or clean-up drops them.
void drop_former(const std::string& model_dsn, const processor_id& id)
{
    auto connection = processors::open_model_connection(model_dsn, "rebuild");
    for (int attempt = 0; attempt < 20; ++attempt) {
        try {
            pqxx::work tx(connection);
            tx.exec(lock_timeout);
            tx.exec("drop schema if exists " + former_schema_of(id) + " cascade");
            tx.commit();
            return;
        } catch (const pqxx::sql_error& problem) {
            if (problem.sqlstate() != libpq::lock_not_available) throw;
        }
        std::this_thread::sleep_for(100ms);
    }
}

}  // namespace

auto lines_of(const shown_change& change) -> std::vector<std::string>
{
    std::vector<std::string> lines;
    for (const auto& one : change.replaced) {
        std::string why;
        for (const auto& reason : one.reasons) why += (why.empty() ? "" : "; ") + reason;
        lines.push_back("read." + one.name + " will be dropped and created again: " + why);
    }
    for (const auto& name : change.added) lines.push_back("read." + name + " will be new");
    for (const auto& name : change.gone) lines.push_back("read." + name + " will be gone");
    for (const auto& one : change.dependents)
        lines.push_back("the " + one.kind + " " + one.name + " uses read." + one.on + ", and cannot stay"
                        + (one.owner.empty() ? "" : " (it belongs to " + one.owner + ")"));
    return lines;
}

void refuse_dependents(const shown_change& change)
{
    std::string names;
    for (const auto& one : change.dependents) names += (names.empty() ? "" : ", ") + one.kind + " " + one.name;
    throw eventstore::invalid_request("these use names that cannot stay as they are: " + names
                                      + ". Nothing was changed; with --drop-dependents they are dropped");
}

void check_parked(pqxx::transaction_base& tx, const version_pair& of)
{
    const auto live = processors::count_parked(tx, of.live.id).events;
    const auto built = processors::count_parked(tx, of.built.id).events;
    if (built <= live) return;
    throw eventstore::error(to_string(of.built.id) + " has parked " + std::to_string(built)
                                + " events, and the live one " + std::to_string(live)
                                + ": deal with them first (annals parked list " + of.built.id.name + ")",
                            true);
}

auto wait_for_older_snapshots(pqxx::connection& connection, const std::stop_token& stop,
                              const std::function<void(std::string)>& tell) -> bool
{
    const auto mark = [&] {
        pqxx::work tx(connection);
        auto now = tx.query_value<std::string>("select pg_current_xact_id()::xid::text");
        tx.commit();
        return now;
    }();
    for (int look = 0; !stop.stop_requested(); ++look) {
        pqxx::nontransaction tx(connection);
        const auto older = tx.exec(older_snapshot, pqxx::params{mark});
        if (older.empty()) return true;
        if (look % 10 == 0) tell(older[0][0].as<std::string>());
        eventstore::pause(stop, 100ms);
    }
    return false;
}

auto swap(const std::string& model_dsn, const version_pair& of, const swap_settings& settings,
          const std::stop_token& stop, const std::function<void(std::string)>& tell) -> bool
{
    if (of.is_copy()) drop_former(model_dsn, of.live.id);
    eventstore::back_off pauses(50ms, 1s);
    int behind = 0;
    meeting both(model_dsn, of.live.id, of.built.id);
    while (!stop.stop_requested()) {
        const auto how = both.at_least();
        if (how == meeting::outcome::live_is_busy) {
            tell("a batch of the live version");
        } else if (how == meeting::outcome::built_is_behind) {
            if (++behind == 10)
                throw eventstore::error(
                    to_string(of.built.id) + " does not come as far as the live version: is it built?", true);
            tell("the built version, which is behind");
        } else {
            try {
                swap_within(both.transaction(), of, settings);
                both.transaction().commit();
                if (of.is_copy()) drop_former(model_dsn, of.live.id);
                return true;
            } catch (const pqxx::sql_error& problem) {
                if (problem.sqlstate() != libpq::lock_not_available) throw;
                tell("a query that uses a name of it");
            }
        }
        both.release();
        eventstore::pause(stop, pauses.next());
    }
    return false;
}

}  // namespace annals::projections::rebuild
