// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/publication_ledger.hpp>

#include <annals/eventstore/postgres/incarnation.hpp>
#include <annals/eventstore/postgres/publication_tables.hpp>
#include <annals/libpq/lock_classes.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

using namespace std::chrono_literals;

constexpr auto beat_every = 1s;

constexpr auto beat = R"(
    insert into annals.publishers as p (pid, backend_start, program, beat_at)
    select pid, backend_start, $1, clock_timestamp() from pg_stat_activity where pid = pg_backend_pid()
    on conflict (pid) do update
    set backend_start = excluded.backend_start, program = excluded.program, beat_at = excluded.beat_at)";

constexpr auto end_silent = R"(
    with silent as (
        delete from annals.publishers where beat_at < clock_timestamp() - interval '6 s' and pid <> pg_backend_pid()
        returning pid, backend_start)
    select pg_terminate_backend(a.pid) from silent s
    join pg_stat_activity a on a.pid = s.pid and a.backend_start = s.backend_start)";

// A publisher that was killed no longer counts. If the role cannot see another's sessions, the row alone decides.
constexpr auto count_shares = R"(
    select (select count(*) from annals.logs),
           (select count(*) from annals.publishers p
            join pg_stat_activity a on a.pid = p.pid
                                       and coalesce(a.backend_start, p.backend_start) = p.backend_start))";

constexpr auto find_free = R"(
    select l.log, l.category, l.partition, c.partitions
    from annals.logs l join annals.categories c on c.name = l.category
    where not exists (select from pg_locks k
        where k.locktype = 'advisory' and k.classid = $1::oid and k.objid = l.log::oid and k.objsubid = 2 and k.granted
          and k.database = (select oid from pg_database where datname = current_database()))
    order by l.log)";

constexpr auto unlock = "select pg_advisory_unlock($1, $2)";

constexpr auto resign = "delete from annals.publishers where pid = pg_backend_pid()";

constexpr auto claim_topic_once = R"(
    insert into annals.publication_topics (category, topic) values ($1, $2) on conflict do nothing)";

constexpr auto find_topic = "select topic from annals.publication_topics where category = $1";

constexpr auto save_cursors = R"(
    insert into annals.publication_cursors as c (log, position, topic_offset, event_id, incarnation, updated_at)
    select n.*, clock_timestamp()
    from unnest($1::int[], $2::bigint[], $3::bigint[], $4::uuid[], $5::text[]) n
    on conflict (log) do update
    set position = excluded.position, topic_offset = excluded.topic_offset, event_id = excluded.event_id,
        incarnation = excluded.incarnation, updated_at = excluded.updated_at)";

constexpr auto save_halts = R"(
    insert into annals.publication_halts as h (log, attempts, reason, to_do)
    select * from unnest($1::int[], $2::int[], $3::text[], $4::text[])
    on conflict (log) do update
    set attempts = excluded.attempts, reason = excluded.reason, to_do = excluded.to_do, tried_at = clock_timestamp())";

constexpr auto end_halts = "delete from annals.publication_halts where log = any ($1)";

}  // namespace

postgres_publication_ledger::postgres_publication_ledger(std::string dsn, std::string program)
    : dsn_(std::move(dsn)), program_(std::move(program))
{
    try {
        connect();
    } catch (const statement_error& refused) {
        if (refused.sqlstate() != "42P01") throw;                       // undefined_table
        throw mismatch(std::string("the database is not ready for a publisher: ") + refused.what()
                       + ". Run: annals migrate");
    }
    alive_ = std::jthread([this](std::stop_token stop) { keep_alive(std::move(stop)); });
}

postgres_publication_ledger::~postgres_publication_ledger()
{
    alive_.request_stop();
    alive_.join();
    try {
        if (session_) session_->query(resign);
    } catch (const std::exception&) {
        // The session and its locks are gone; the others drop the row after six seconds.
    }
}

void postgres_publication_ledger::connect()
{
    auto session = std::make_unique<connection>(dsn_, "publisher");
    incarnation_ = read_incarnation(*session);
    session_ = std::move(session);
    share();
    lost_ = nullptr;
}

void postgres_publication_ledger::lose_session(std::exception_ptr why)
{
    session_.reset();
    held_.clear();
    lost_ = std::move(why);
}

void postgres_publication_ledger::keep_alive(std::stop_token stop)
{
    std::unique_lock lock(mutex_);
    while (!beat_.wait_for(lock, stop, beat_every, [] { return false; }) && !stop.stop_requested()) {
        try {
            if (session_) renew();
            else connect();
        } catch (const std::exception&) {
            lose_session(std::current_exception());
        }
    }
}

auto postgres_publication_ledger::session() -> connection&
{
    if (!session_) std::rethrow_exception(lost_);
    return *session_;
}

/// A log that was replaced during a session is read from the beginning, as after a lost session.
void postgres_publication_ledger::renew()
{
    if (read_incarnation(session()) != incarnation_) throw unavailable("the log's database was replaced");
    share();
}

void postgres_publication_ledger::share()
{
    session().query(beat, parameters::of(program_));
    session().query(end_silent);
    const auto part = fair_part();
    auto surplus = std::max(held_.size(), part) - part;
    for (auto held = held_.rbegin(); held != held_.rend(); ++held) {
        held->second.as.is_wanted_elsewhere = surplus > 0;
        if (surplus > 0) --surplus;
    }
    if (held_.size() < part) take_free(part - held_.size());
}

/// How many logs this publisher should lead.
auto postgres_publication_ledger::fair_part() -> std::size_t
{
    const auto counted = session().query(count_shares);
    const auto logs = counted.get<std::int64_t>(0, 0),
               publishers = std::max<std::int64_t>(1, counted.get<std::int64_t>(0, 1));
    return static_cast<std::size_t>((logs + publishers - 1) / publishers);
}

void postgres_publication_ledger::take_free(std::size_t wanted)
{
    const auto free = session().query(find_free, parameters::of(lock_class::publisher));
    for (int row = 0; row < free.size() && wanted > 0; ++row) {
        const auto number = free.get<std::int32_t>(row, 0);
        const auto epoch = try_to_lead(session(), number);
        if (!epoch) continue;
        const log_id log{free.get<std::string>(row, 1), free.get<std::int32_t>(row, 2)};
        held_[log] = {number, {log, free.get<std::int32_t>(row, 3), *epoch, false}};
        --wanted;
    }
}

auto postgres_publication_ledger::incarnation() -> std::string
{
    const std::scoped_lock lock(mutex_);
    session();
    return incarnation_;
}

auto postgres_publication_ledger::led() -> std::vector<led_log>
{
    const std::scoped_lock lock(mutex_);
    session();
    std::vector<led_log> logs;
    std::ranges::transform(held_, std::back_inserter(logs), [](const auto& held) { return held.second.as; });
    return logs;
}

void postgres_publication_ledger::give_back(const log_id& log)
{
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(log);
    if (held == held_.end()) return;
    session().query(unlock, parameters::of(lock_class::publisher, held->second.number));
    held_.erase(held);
}

auto postgres_publication_ledger::claim_topic(const std::string& category, const std::string& topic) -> std::string
{
    const std::scoped_lock lock(mutex_);
    session().query(claim_topic_once, parameters::of(category, topic));
    return session().query(find_topic, parameters::of(category)).get<std::string>(0, 0);
}

auto postgres_publication_ledger::cursors(std::span<const log_id> logs) -> std::vector<publication_cursor>
{
    const std::scoped_lock lock(mutex_);
    return read_cursors(session(), logs);
}

void postgres_publication_ledger::save(std::span<const publication_cursor> cursors)
{
    auto logs = array::of<std::int32_t>();
    auto positions = array::of<std::int64_t>(), offsets = array::of<std::int64_t>();
    auto ids = array::of<uuid>();
    auto incarnations = array::of<std::string_view>();
    const std::scoped_lock lock(mutex_);
    for (const auto& cursor : cursors) {
        const auto held = held_.find(cursor.log);
        if (held == held_.end()) continue;
        logs.add(held->second.number);
        positions.add(cursor.position.number);
        offsets.add(cursor.topic_offset);
        ids.add(cursor.event_id);
        incarnations.add(std::string_view(cursor.incarnation));
    }
    if (logs.size() > 0) session().query(save_cursors, parameters::of(logs, positions, offsets, ids, incarnations));
}

void postgres_publication_ledger::note_halts(std::span<const publication_halt> halts, std::span<const log_id> published)
{
    auto logs = array::of<std::int32_t>(), attempts = array::of<std::int32_t>();
    auto reasons = array::of<std::string_view>(), to_do = array::of<std::string_view>();
    const std::scoped_lock lock(mutex_);
    for (const auto& halt : halts) {
        const auto held = held_.find(halt.log);
        if (held == held_.end()) continue;
        logs.add(held->second.number);
        attempts.add(halt.attempts);
        reasons.add(std::string_view(halt.reason));
        to_do.add(std::string_view(halt.to_do));
    }
    if (logs.size() > 0) session().query(save_halts, parameters::of(logs, attempts, reasons, to_do));
    if (!published.empty()) session().query(end_halts, parameters::of(numbers_of(published)));
}

/// Of the logs that it leads.
auto postgres_publication_ledger::numbers_of(std::span<const log_id> logs) const -> array
{
    auto numbers = array::of<std::int32_t>();
    for (const auto& log : logs)
        if (const auto held = held_.find(log); held != held_.end()) numbers.add(held->second.number);
    return numbers;
}

}  // namespace annals::eventstore::postgres
