// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/planted_bug.hpp>

#include <algorithm>
#include <stdexcept>

namespace annals::fault_runs {

namespace {

/// For what is written beside the read models, by every role.
constexpr auto schema = "create schema planted; grant usage on schema planted to public";

/// In place of the statements of fault_totals: the same, but not where and when they belong.
auto instead_of_totals(const std::string& body) -> std::string
{
    return "create or replace function p_fault_totals_1.block_1() returns void language plpgsql security definer "
           "set search_path = p_fault_totals_1, read, pg_temp as $planted$ begin "
           + body + " end $planted$";
}

constexpr auto sums_of_batch = "select key, count(*) as total, sum((data->>'amount')::bigint) as amount, "
                               "array_agg(version order by position) as versions from batch group by key";
constexpr auto added_to_totals =
    " on conflict (key) do update set total = t.total + excluded.total, amount = t.amount + excluded.amount, "
    "versions = t.versions || excluded.versions";

/// Each session writes the rows of a batch with its next one.
auto rows_after_the_checkpoint() -> std::vector<std::string>
{
    return {schema, "create table planted.later (pid int, key text, total bigint, amount bigint, versions bigint[])",
            "grant all on planted.later to public",
            instead_of_totals("insert into fault_totals as t select key, total, amount, versions from planted.later "
                              "where pid = pg_backend_pid()"
                              + std::string(added_to_totals)
                              + "; delete from planted.later where pid = pg_backend_pid(); "
                                "insert into planted.later select pg_backend_pid(), * from ("
                              + sums_of_batch + ") sums;")};
}

/// The rows are committed by a session of their own, the checkpoint a moment later.
auto rows_in_another_transaction() -> std::vector<std::string>
{
    return {schema, "create extension dblink schema planted",
            "create function planted.write_apart(rows json) returns void language plpgsql security definer as $write$ "
            "begin "
            "perform planted.dblink_exec('host=127.0.0.1 user=annals dbname=annals port=' || current_setting('port'), "
            "format($sql$insert into p_fault_totals_1.fault_totals as t "
            "select * from json_to_recordset(%L) as r(key text, total bigint, amount bigint, versions bigint[])"
                + std::string(added_to_totals) + "$sql$, rows)); perform pg_sleep(0.02); end $write$",
            instead_of_totals("perform planted.write_apart((select json_agg(s) from (" + std::string(sums_of_batch)
                              + ") s));")};
}

/// A checkpoint now and then goes to an event beside the one that it was told.
auto checkpoint_moved_by(int events) -> std::vector<std::string>
{
    const auto by = std::to_string(events);
    return {
        "create function annals.planted() returns trigger language plpgsql as $$ declare beside uuid; begin "
        "if new.position > old.position + 1 and random() < 0.05 then "
        "select id into beside from annals.events where log = new.log and position = new.position + "
            + by + "; if found then new.position := new.position + " + by
            + "; new.event_id := beside; end if; end if; return new; end $$",
        "create trigger planted before update on annals.checkpoints for each row execute function annals.planted()"};
}

/// What the cursor says to be acknowledged is what the log has.
constexpr auto cursor_at_the_end_of_the_log =
    "create function annals.planted() returns trigger language plpgsql as $$ begin "
    "select position, id into new.position, new.event_id from annals.events where log = new.log "
    "order by position desc limit 1; return new; end $$";
constexpr auto on_cursors = "create trigger planted before insert or update on annals.publication_cursors "
                            "for each row execute function annals.planted()";

/// The second version works for a moment every two seconds only, so that it is behind when it is swapped. It holds no
/// locks meanwhile, for which the swap would wait. A swap that meets a fault is repeated when nothing is appended any
/// more, and then nothing is behind: so there are no faults in these episodes.
constexpr auto slow_second_version =
    "create function annals.planted() returns trigger language plpgsql as $$ begin "
    "if new.processor = 'fault_totals' and new.version = 2 and new.position > old.position "
    "and (extract(epoch from clock_timestamp()) * 1000)::bigint % 2000 > 600 then "
    "raise 'planted' using errcode = 'serialization_failure'; end if; return new; end $$";
constexpr auto on_checkpoints =
    "create trigger planted before update on annals.checkpoints for each row execute function annals.planted()";

const preference kills_of_workers{.favourites = {fault::worker_killed, fault::program_killed, fault::sessions_ended}};
const preference kills_of_publishers{.favourites = {fault::publisher_killed, fault::connections_reset}};

}  // namespace

auto planted_bugs() -> std::span<const planted_bug>
{
    static const std::vector<planted_bug> all{
        {.name = "checkpoint before rows",
         .caught_by = "rows of fault_totals",
         .preferred = kills_of_workers,
         .sql = rows_after_the_checkpoint()},
        {.name = "checkpoint in another transaction",
         .caught_by = "rows of fault_totals",
         .preferred = kills_of_workers,
         .sql = rows_in_another_transaction()},
        {.name = "no fencing",
         .caught_by = "rows of",
         .preferred = {.favourites = {fault::worker_hung, fault::program_hung}},
         .rewritten = {{"c.epoch = m.epoch and c.position = m.old", "c.epoch <> 0 and m.old >= 0"}}},
        {.name = "gap skipped", .caught_by = "rows of", .preferred = kills_of_workers, .sql = checkpoint_moved_by(1)},
        {.name = "duplicate applied",
         .caught_by = "rows of",
         .preferred = kills_of_workers,
         .sql = checkpoint_moved_by(-1)},
        {.name = "publisher cursor before acknowledgement",
         .caught_by = "cursors",
         .preferred = kills_of_publishers,
         .sql = {cursor_at_the_end_of_the_log, on_cursors}},
        {.name = "key omitted", .caught_by = "topic", .preferred = kills_of_publishers, .producer = "no key"},
        {.name = "partition count changed",
         .caught_by = "topic",
         .preferred = kills_of_publishers,
         .producer = "other partition count"},
        {.name = "parked key overtaken by its own later event",
         .caught_by = "rows of fault_picky",
         .preferred = kills_of_workers,
         .rewritten = {{"select log, key from annals.parked_keys where processor = $1 and version = $2",
                        "select log, key from annals.parked_keys where processor = $1 and version < $2"}}},
        {.name = "rebuild that swaps while behind",
         .caught_by = "readers",
         .preferred = {.favourites = {fault::version_swapped}, .has_others = false},
         .sql = {slow_second_version, on_checkpoints},
         .rewritten = {{"coalesce(l.position, 0), coalesce(b.position, 0)",
                        "coalesce(l.position, 0), coalesce(l.position, 0)"}}},
    };
    return all;
}

auto find_planted_bug(const std::string& name) -> const planted_bug&
{
    const auto all = planted_bugs();
    const auto found = std::ranges::find(all, name, &planted_bug::name);
    if (found == all.end()) throw std::invalid_argument("there is no planted mistake \"" + name + "\"");
    return *found;
}

}  // namespace annals::fault_runs
