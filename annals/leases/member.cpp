// SPDX-License-Identifier: Apache-2.0
#include <annals/leases/member.hpp>

#include <annals/libpq/lock_classes.hpp>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <thread>

namespace annals::leases {

using namespace std::chrono_literals;
using libpq::array, libpq::parameters;
namespace lock_class = libpq::lock_class;

namespace {

constexpr auto beat_every = 2s;              // silent: 6 s, in the statements below

constexpr auto renew_membership = R"(
    insert into annals.lease_members as m (pid, backend_start, process, works, seen_at)
    select pid, backend_start, $1, $2, clock_timestamp() from pg_stat_activity where pid = pg_backend_pid()
    on conflict (pid) do update
    set backend_start = excluded.backend_start, process = excluded.process, works = excluded.works,
        seen_at = excluded.seen_at)";

constexpr auto forget_the_dead = R"(
    delete from annals.lease_members where seen_at < clock_timestamp() - interval '1 minute')";

// A member that was killed no longer counts. The start of another user's session cannot be seen.
constexpr auto count_live_members = R"(
    with live as materialized (
        select m.works from annals.lease_members m
        join pg_stat_activity a on a.pid = m.pid and coalesce(a.backend_start, m.backend_start) = m.backend_start
        where m.seen_at > clock_timestamp() - interval '6 s')
    select (select count(*) from live where w.name = any (live.works))
    from unnest($1::text[]) with ordinality w(name, at) order by w.at)";

constexpr auto end_silent_members = R"(
    select pg_terminate_backend(a.pid) from annals.lease_members m
    join pg_stat_activity a on a.pid = m.pid and a.backend_start = m.backend_start
    where m.seen_at < clock_timestamp() - interval '6 s' and m.works && $1 and a.pid <> pg_backend_pid())";

constexpr auto end_holder = R"(
    select pg_terminate_backend(pid, 2000) from annals.lease_holders()
    where work = $1 and unit = $2 and pid <> pg_backend_pid())";

constexpr auto add_units = R"(
    insert into annals.leases (work, registration, unit)
    select $1, nullif($2::bigint, 0), u from unnest($3::int[]) u on conflict do nothing)";

// First chosen, then locked: a lock must not be taken for a row that is not returned.
constexpr auto take_free = R"(
    with free as materialized (
        select l.unit, l.number from annals.leases l
        where l.work = $1 and l.unit = any ($2) and l.number not in (select number from annals.lease_holders())
        order by l.unit limit $3)
    select unit, number from free where pg_try_advisory_lock($4, number))";

constexpr auto unlock = "select pg_advisory_unlock($1, n) from unnest($2::int[]) n";

constexpr auto leave_all = R"(
    delete from annals.lease_members where pid = pg_backend_pid();
    select pg_advisory_unlock_all())";

/// A backend that was told to end frees its locks a moment later.
constexpr auto ending_takes = 50ms;

auto array_of(const std::set<int>& numbers) -> array
{
    auto all = array::of<std::int32_t>();
    for (const auto number : numbers) all.add(number);
    return all;
}

auto names_of(std::span<const work> works) -> array
{
    auto all = array::of<std::string_view>();
    for (const auto& one : works) all.add(std::string_view(one.name));
    return all;
}

}  // namespace

member::member(libpq::connection session, std::string process)
    : session_(std::move(session)), process_(std::move(process))
{}

void member::share(std::span<const work> works)
{
    renew(works);
    if (works.empty()) return;
    set_parts(works);
    for (const auto& one : works) {
        std::set<int> gone;
        std::ranges::set_difference(held(one.name), one.units, std::inserter(gone, gone.end()));
        give_up(one.name, gone);
        if (!one.keeps_surplus) give_up(one.name, surplus(one.name));
    }
    const auto lacks = [this](const work& one) {
        const auto& share = shares_[one.name];
        return std::max(share.held.size(), share.part) - share.held.size();
    };
    if (std::ranges::all_of(works, [&](const work& one) { return lacks(one) == 0; })) return;
    if (!session_.query(end_silent_members, parameters::of(names_of(works))).empty())
        std::this_thread::sleep_for(ending_takes);
    for (const auto& one : works)
        if (const auto count = lacks(one)) take(one, count);
}

/// When it is time, or there are other works than before.
void member::renew(std::span<const work> works)
{
    const auto now = std::chrono::steady_clock::now();
    std::set<std::string> wanted;
    for (const auto& one : works) wanted.insert(one.name);
    const bool is_same = std::ranges::equal(wanted, std::views::keys(shares_));
    if (is_same && now - renewed_at_ < beat_every) return;
    std::erase_if(shares_, [&](const auto& share) {
        if (wanted.contains(share.first)) return false;
        give_up(share.first, held(share.first));
        return true;
    });
    for (const auto& name : wanted) shares_[name];
    session_.query(renew_membership, parameters::of(process_, names_of(works)));
    if (!is_same) session_.query(forget_the_dead);
    renewed_at_ = now;
}

void member::set_parts(std::span<const work> works)
{
    const auto counted = session_.query(count_live_members, parameters::of(names_of(works)));
    for (int row = 0; const auto& one : works) {
        const auto members = static_cast<std::size_t>(std::max<std::int64_t>(1, counted.get<std::int64_t>(row++, 0)));
        shares_[one.name].part = (one.units.size() + members - 1) / members;
    }
}

auto member::held(const std::string& work) const -> std::set<int>
{
    const auto known = shares_.find(work);
    if (known == shares_.end()) return {};
    const auto units = std::views::keys(known->second.held);
    return {units.begin(), units.end()};
}

auto member::surplus(const std::string& work) const -> std::set<int>
{
    auto above = held(work);
    if (above.empty()) return above;
    const auto part = std::min(above.size(), shares_.at(work).part);
    above.erase(above.begin(), std::next(above.begin(), static_cast<std::ptrdiff_t>(part)));
    return above;
}

void member::give_up(const std::string& work, const std::set<int>& units)
{
    const auto share = shares_.find(work);
    if (share == shares_.end()) return;
    auto numbers = array::of<std::int32_t>();
    for (const auto unit : units)
        if (const auto known = share->second.held.extract(unit)) numbers.add(known.mapped());
    if (numbers.size() > 0) session_.query(unlock, parameters::of(lock_class::lease, std::move(numbers)));
}

void member::leave()
{
    shares_.clear();
    session_.execute(leave_all);
}

auto member::seize(const std::string& work, int unit) -> bool
{
    constexpr int attempts = 50;
    for (int attempt = 0; attempt < attempts && !held(work).contains(unit); ++attempt) {
        if (attempt > 0) std::this_thread::sleep_for(20ms);
        session_.query(end_holder, parameters::of(work, unit));
        take({.name = work, .units = {unit}}, 1);
    }
    return held(work).contains(unit);
}

/// Nothing is left to take when the work was removed with its registration.
void member::take(const work& from, std::size_t count)
{
    try {
        session_.query(add_units, parameters::of(from.name, from.registration, array_of(from.units)));
    } catch (const libpq::statement_error& refused) {
        if (refused.sqlstate() != "23503") throw;                       // foreign_key_violation
        return;
    }
    const auto taken = session_.query(take_free, parameters::of(from.name, array_of(from.units),
                                                                static_cast<std::int64_t>(count), lock_class::lease));
    for (int row = 0; row < taken.size(); ++row)
        shares_[from.name].held[taken.get<std::int32_t>(row, 0)] = taken.get<std::int32_t>(row, 1);
}

}  // namespace annals::leases
