// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/parked_requests.hpp>

#include <annals/processors/failure.hpp>

#include <algorithm>
#include <limits>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto select_request = R"(
    select log, key, request, coalesce(request_position, 0) from annals.parked_keys
    where processor = $1 and version = $2 and request is not null and log = any ($3::int[])
    order by log, key limit 1)";

constexpr auto select_events = R"(
    select position, stream_version, id, edited from annals.parked_events
    where processor = $1 and version = $2 and log = $3 and key = $4
    order by position limit $5)";

constexpr auto delete_events = R"(
    with gone as (
        delete from annals.parked_events
        where processor = $1 and version = $2 and log = $3 and key = $4 and position <= $5 returning 1
    )
    update annals.parked_keys
    set events = events - (select count(*) from gone), request = 'retry', request_position = null
    where processor = $1 and version = $2 and log = $3 and key = $4
    returning events)";

constexpr auto delete_key =
    "delete from annals.parked_keys where processor = $1 and version = $2 and log = $3 and key = $4";

constexpr auto end_request = R"(
    update annals.parked_keys
    set reason = $5, attempts = attempts + 1, tried_at = clock_timestamp(), request = null
    where processor = $1 and version = $2 and log = $3 and key = $4)";

constexpr log_position end_of_log{std::numeric_limits<std::int64_t>::max()};

}  // namespace

struct parked_requests::request {
    checkpoint at;                           ///< of the key's log
    stream_id key;
    std::string what;                        ///< as in annals.parked_keys
    log_position position;                   ///< of a discard: that of the event meant

    auto place(const processor_id& id) const -> pqxx::params { return {id.name, id.version, at.of.number, key.key}; }
};

auto parked_requests::carry_out(pqxx::connection& session, std::span<const checkpoint> owned)
    -> std::optional<request_step>
{
    const auto asked = find(session, owned);
    if (!asked) return {};
    return asked->what == "retry" ? retry(session, *asked) : discard(session, *asked);
}

auto parked_requests::find(pqxx::connection& session, std::span<const checkpoint> owned) const -> std::optional<request>
{
    const auto id = processor_.id();
    pqxx::nontransaction tx(session);
    const auto row = tx.exec(select_request, pqxx::params{id.name, id.version, log_numbers(owned)}).opt_row();
    if (!row) return {};
    const auto at = std::ranges::find(owned, (*row)[0].as<int>(), [](const checkpoint& one) { return one.of.number; });
    return request{.at = *at,
                   .key = {at->of.log.category, (*row)[1].as<std::string>()},
                   .what = (*row)[2].as<std::string>(),
                   .position = {(*row)[3].as<std::int64_t>()}};
}

/// After its first event was discarded, the key's others are tried.
auto parked_requests::discard(pqxx::connection& session, const request& asked) const -> request_step
{
    pqxx::work tx(session);
    hold_checkpoint(tx, processor_.id(), asked.at);
    const bool is_free = free_upto(tx, asked, asked.what == "discard" ? asked.position : end_of_log);
    tx.commit();
    return {.key = asked.key, .is_free = is_free};
}

/// Events that cannot be applied together are halved, down to one.
auto parked_requests::retry(pqxx::connection& session, const request& asked) -> request_step
{
    const auto events = next_events(session, asked);
    try {
        auto step = apply(session, asked, events);
        events_max_ = std::min(events_max_ * 2, step_max);
        return step;
    } catch (const std::exception& problem) {
        const bool is_single = events.size() == 1;
        if (!blames_event(problem) && (!is_time_out(problem) || is_single)) throw;
        if (is_single) return give_up(session, asked, processor_.explain(problem));
        events_max_ = events.size() / 2;
        return {.key = asked.key, .has_failed = true};
    }
}

/// They follow each other in their stream: every later event of a parked key is parked, too. As many as the processor
/// takes in a transaction.
auto parked_requests::next_events(pqxx::connection& session, const request& asked) const -> std::vector<recorded_event>
{
    auto which = asked.place(processor_.id());
    which.append(static_cast<std::int64_t>(events_max_));
    const auto parked = pqxx::nontransaction(session).exec(select_events, which);
    if (parked.empty()) return {};
    const stream_version first{parked[0][1].as<std::int64_t>()};
    auto events = store_.read(asked.key, {.after = first - 1, .events_max = static_cast<std::size_t>(parked.size())});
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& row = parked[static_cast<pqxx::result::size_type>(i)];
        if (events[i].id != parse_uuid(row[2].view())) events.resize(i);
        else if (!row[3].is_null()) events[i].data = row[3].as<std::string>();
    }
    if (events.empty())
        throw restored("the event of " + to_string(asked.key) + " version " + std::to_string(first.number)
                       + " that is parked for " + to_string(processor_.id())
                       + " is not in the log: the log was restored; rebuild " + processor_.id().name + " from it");
    events.resize(std::clamp<std::size_t>(processor_.batch_size(events), 1, events.size()));
    return events;
}

auto parked_requests::apply(pqxx::connection& session, const request& asked,
                            std::span<const recorded_event> events) const -> request_step
{
    pqxx::work tx(session);
    hold_checkpoint(tx, processor_.id(), asked.at);
    if (!events.empty()) processor_.apply(tx, events);
    const bool is_free = free_upto(tx, asked, events.empty() ? end_of_log : events.back().position);
    tx.commit();
    return {.key = asked.key, .applied = events.size(), .is_free = is_free};
}

auto parked_requests::give_up(pqxx::connection& session, const request& asked, const std::string& why) const
    -> request_step
{
    auto values = asked.place(processor_.id());
    values.append(why);
    pqxx::work tx(session);
    hold_checkpoint(tx, processor_.id(), asked.at);
    tx.exec(end_request, values);
    tx.commit();
    return {.key = asked.key, .has_failed = true, .why_not = why};
}

/// Removes the key's events up to a position; the key, too, when none is left: then it is free.
auto parked_requests::free_upto(pqxx::transaction_base& tx, const request& asked, log_position upto) const -> bool
{
    const auto key = asked.place(processor_.id());
    auto events = key;
    events.append(upto.number);
    const auto left = tx.exec(delete_events, events).one_field().as<std::int64_t>();
    if (left > 0) return false;
    tx.exec(delete_key, key);
    return true;
}

}  // namespace annals::processors
