// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/publication_ledger.hpp>

#include <annals/eventstore/postgres/incarnation.hpp>
#include <annals/eventstore/postgres/publication_tables.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace annals::eventstore::postgres {

using namespace libpq;

namespace {

using namespace std::chrono_literals;

constexpr auto share_every = 1s;

constexpr auto find_logs = R"(
    select l.log, l.category, l.partition, c.partitions
    from annals.logs l join annals.categories c on c.name = l.category)";

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
        if (member_) member_->leave();
    } catch (const std::exception&) {
        // The end of the session frees the logs, too.
    }
}

void postgres_publication_ledger::connect()
{
    member_.emplace(connection(dsn_, "publisher"), program_);
    incarnation_ = read_incarnation(session());
    share();
    lost_ = nullptr;
}

void postgres_publication_ledger::lose_session(std::exception_ptr why)
{
    member_.reset();
    held_.clear();
    lost_ = std::move(why);
}

void postgres_publication_ledger::keep_alive(std::stop_token stop)
{
    std::unique_lock lock(mutex_);
    while (!beat_.wait_for(lock, stop, share_every, [] { return false; }) && !stop.stop_requested()) {
        try {
            if (member_) renew();
            else connect();
        } catch (const std::exception&) {
            lose_session(std::current_exception());
        }
    }
}

auto postgres_publication_ledger::session() -> connection&
{
    if (!member_) std::rethrow_exception(lost_);
    return member_->session();
}

/// A log that was replaced during a session is read from the beginning, as after a lost session.
void postgres_publication_ledger::renew()
{
    if (read_incarnation(session()) != incarnation_) throw unavailable("the log's database was replaced");
    share();
}

void postgres_publication_ledger::share()
{
    if (!wants_logs_) {
        held_.clear();
        return member_->share({});
    }
    const auto logs = session().query(find_logs);
    leases::work all{.name = publication, .units = {}, .keeps_surplus = true};
    for (int row = 0; row < logs.size(); ++row) all.units.insert(logs.get<std::int32_t>(row, 0));
    member_->share({&all, 1});
    const auto held = member_->held(publication), surplus = member_->surplus(publication);
    for (int row = 0; row < logs.size(); ++row) {
        const auto number = logs.get<std::int32_t>(row, 0);
        if (!held.contains(number)) continue;
        const log_id log{logs.get<std::string>(row, 1), logs.get<std::int32_t>(row, 2)};
        if (!held_.contains(log))
            held_[log] = {number, {log, logs.get<std::int32_t>(row, 3), begin_to_lead(session(), number)}};
        held_[log].as.is_wanted_elsewhere = surplus.contains(number);
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

void postgres_publication_ledger::set_wants_logs(bool does)
{
    const std::scoped_lock lock(mutex_);
    wants_logs_ = does;
    try {
        if (member_) share();
    } catch (const std::exception&) {
        lose_session(std::current_exception());  // whose end frees the logs, too
    }
}

void postgres_publication_ledger::give_back(const log_id& log)
{
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(log);
    if (held == held_.end()) return;
    member_->give_up(publication, {held->second.number});
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
    auto ended = array::of<std::int32_t>();
    for (const auto& log : published)
        if (const auto held = held_.find(log); held != held_.end()) ended.add(held->second.number);
    if (ended.size() > 0) session().query(end_halts, parameters::of(std::move(ended)));
}

}  // namespace annals::eventstore::postgres
