// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/lease.hpp>

#include <annals/libpq/lock_classes.hpp>

#include <algorithm>
#include <ranges>
#include <thread>

namespace annals::processors {
namespace {

using libpq::lock_class::processor_lease;    // the second key is the lease's number

constexpr auto renew_leases = R"(
    update annals.leases set beat_at = clock_timestamp()
    where holder_pid = pg_backend_pid() and holder = $1)";

constexpr auto renew_memberships = R"(
    insert into annals.lease_members as m (processor, version, registration, process, seen_at)
    select u.processor, u.version, nullif(u.registration, 0), $1, clock_timestamp()
    from unnest($2::text[], $3::int[], $4::bigint[]) u(processor, version, registration)
    on conflict (processor, version, process)
    do update set registration = excluded.registration, seen_at = excluded.seen_at)";

constexpr auto forget_the_dead = R"(
    delete from annals.lease_members where seen_at < clock_timestamp() - interval '1 minute')";

constexpr auto count_members = R"(
    select count(*) from annals.lease_members
    where processor = $1 and version = $2 and registration is not distinct from nullif($3::bigint, 0)
      and seen_at > clock_timestamp() - interval '6 s')";

constexpr auto add_units = R"(
    insert into annals.leases as l (processor, version, registration, unit)
    select $1, $2, nullif($3::bigint, 0), u from unnest($4::int[]) u
    on conflict (processor, version, unit) do update set registration = excluded.registration
    where l.registration is null and excluded.registration is not null)";

constexpr auto try_lock = R"(
    select number, pg_try_advisory_lock($5, number) from annals.leases
    where processor = $1 and version = $2 and registration is not distinct from nullif($3::bigint, 0) and unit = $4)";

constexpr auto sign_lease = R"(
    update annals.leases
    set holder = $2, holder_pid = pg_backend_pid(), beat_at = clock_timestamp(),
        holder_since = (select backend_start from pg_stat_activity where pid = pg_backend_pid())
    where number = $1)";

constexpr auto end_silent = R"(
    select pg_terminate_backend(a.pid) from annals.leases l
    join pg_stat_activity a on a.pid = l.holder_pid and a.backend_start = l.holder_since
    where l.processor = $1 and l.version = $2 and l.unit = any ($3::int[])
      and l.beat_at < clock_timestamp() - interval '6 s' and a.pid <> pg_backend_pid())";

// The row may have been removed with its projection; the lock was not.
constexpr auto unlock = R"(
    with mine as (
        update annals.leases set holder = null, holder_pid = null, holder_since = null, beat_at = null
        where number = $2 and holder_pid = pg_backend_pid())
    select pg_advisory_unlock($1, $2))";

constexpr auto leave_work = R"(
    delete from annals.lease_members
    where process = $1 and processor = $2 and version = $3
      and registration is not distinct from nullif($4::bigint, 0))";

/// A backend that was told to end frees its locks a moment later.
constexpr auto ending_takes = std::chrono::milliseconds(50);

}  // namespace

leases::leases(pqxx::connection session, std::string process)
    : session_(std::move(session)), process_(std::move(process))
{}

void leases::share(std::span<const shared_work> works)
{
    pqxx::nontransaction tx(session_);
    give_up_strangers(tx, works);
    renew(tx, works);
    for (const auto& work : works) {
        const auto part = fair_part(tx, work);
        give_up_surplus(tx, work, part);
        if (held_[work.processor].size() < part) take(tx, work, part);
    }
}

auto leases::held(const processor_id& processor) const -> std::set<int>
{
    const auto known = held_.find(processor);
    if (known == held_.end()) return {};
    const auto units = std::views::keys(known->second);
    return {units.begin(), units.end()};
}

void leases::give_up(const processor_id& processor, const std::set<int>& units)
{
    pqxx::nontransaction tx(session_);
    for (const auto unit : units) release(tx, processor, unit);
}

void leases::leave()
{
    pqxx::nontransaction tx(session_);
    give_up_strangers(tx, {});
    tx.exec("delete from annals.lease_members where process = $1", pqxx::params{process_}).no_rows();
}

/// Renews the leases it holds, and its membership, when it is time or a work is new.
void leases::renew(pqxx::transaction_base& tx, std::span<const shared_work> works)
{
    const auto now = std::chrono::steady_clock::now();
    const auto is_new = [&](const shared_work& work) { return !held_.contains(work.processor); };
    if (now - renewed_at_ < beat_every && std::ranges::none_of(works, is_new)) return;

    std::vector<std::string> names;
    std::vector<int> versions;
    std::vector<std::int64_t> registrations;
    for (const auto& work : works) {
        names.push_back(work.processor.name);
        versions.push_back(work.processor.version);
        registrations.push_back(work.processor.registration);
        held_.try_emplace(work.processor);
    }
    tx.exec(renew_leases, pqxx::params{process_});
    tx.exec(renew_memberships, pqxx::params{process_, names, versions, registrations});
    tx.exec(forget_the_dead);
    renewed_at_ = now;
}

auto leases::fair_part(pqxx::transaction_base& tx, const shared_work& work) -> std::size_t
{
    const pqxx::params of{work.processor.name, work.processor.version, work.processor.registration};
    const auto processes = std::max<std::size_t>(1, tx.exec(count_members, of).one_field().as<std::size_t>());
    return (work.units.size() + processes - 1) / processes;
}

void leases::give_up_strangers(pqxx::transaction_base& tx, std::span<const shared_work> works)
{
    for (auto known = held_.begin(); known != held_.end();) {
        const auto& processor = known->first;
        const auto is_wanted =
            std::ranges::any_of(works, [&](const auto& work) { return work.processor == processor; });
        if (is_wanted) {
            ++known;
            continue;
        }
        for (const auto unit : held(processor)) release(tx, processor, unit);
        tx.exec(leave_work, pqxx::params{process_, processor.name, processor.version, processor.registration});
        known = held_.erase(known);
    }
}

void leases::give_up_surplus(pqxx::transaction_base& tx, const shared_work& work, std::size_t part)
{
    const auto mine = held(work.processor);
    auto left = mine.size();
    for (const auto unit : mine) {
        const auto is_gone = std::ranges::find(work.units, unit) == work.units.end();
        if (!is_gone && left <= part) continue;
        release(tx, work.processor, unit);
        --left;
    }
}

void leases::take(pqxx::transaction_base& tx, const shared_work& work, std::size_t wanted)
{
    const auto& [name, version, registration] = work.processor;
    try {
        tx.exec(add_units, pqxx::params{name, version, registration, work.units});
    } catch (const pqxx::foreign_key_violation&) {
        return;                              // it was removed: nothing is left to divide
    }
    if (!tx.exec(end_silent, pqxx::params{name, version, work.units}).empty())
        std::this_thread::sleep_for(ending_takes);
    auto& mine = held_[work.processor];
    for (const auto unit : work.units)
        if (mine.size() < wanted && !mine.contains(unit)) try_take(tx, work.processor, unit);
}

void leases::try_take(pqxx::transaction_base& tx, const processor_id& processor, int unit)
{
    const auto tried = tx.exec(try_lock, pqxx::params{processor.name, processor.version, processor.registration, unit,
                                                      processor_lease})
                           .opt_row();
    if (!tried) return;
    const auto [number, taken] = tried->as<int, bool>();
    if (!taken) return;
    held_[processor].emplace(unit, number);
    tx.exec(sign_lease, pqxx::params{number, process_});
}

void leases::release(pqxx::transaction_base& tx, const processor_id& processor, int unit)
{
    auto& mine = held_[processor];
    const auto known = mine.find(unit);
    if (known == mine.end()) return;
    tx.exec(unlock, pqxx::params{processor_lease, known->second});
    mine.erase(known);
}

}  // namespace annals::processors
