// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/moving_transaction.hpp>

#include <annals/processors/model_connection.hpp>

#include <string>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr auto move_statement = "annals_move_checkpoints";
constexpr auto move_logs = R"(
    update annals.checkpoints c
    set position = m.position, event_id = m.event_id, recorded_at = m.recorded_at, late_events = m.late_events,
        updated_at = clock_timestamp()
    from unnest($3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::uuid[], $9::timestamptz[], $10::bigint[])
         m(log, epoch, old, position, event_id, recorded_at, late_events)
    where c.processor = $1 and c.version = $2 and c.log = m.log and c.epoch = m.epoch and c.position = m.old
      and (c.stop_at is null or m.position <= c.stop_at)
      and c.registration is not distinct from nullif($8::bigint, 0))";

/// The checkpoints that move, in columns.
struct moves {
    std::vector<int> logs = {};
    std::vector<std::int64_t> epochs = {}, old_positions = {}, positions = {}, late = {};
    std::vector<std::string> event_ids = {}, times = {};

    void add(const checkpoint& from, const checkpoint& to)
    {
        logs.push_back(from.of.number);
        epochs.push_back(from.epoch);
        old_positions.push_back(from.position.number);
        positions.push_back(to.position.number);
        event_ids.push_back(eventstore::to_string(*to.event_id));
        times.push_back(eventstore::to_string(*to.recorded_at));
        late.push_back(to.late_events);
    }
};

auto moved_to(std::span<const checkpoint> from, std::span<const recorded_event> events,
              std::span<const std::int64_t> late) -> std::vector<checkpoint>
{
    std::vector<checkpoint> to(from.begin(), from.end());
    for (const auto& event : events)
        if (auto* const moved = find(to, event.log())) {
            moved->position = event.position;
            moved->event_id = event.id;
            moved->recorded_at = event.recorded_at;
        }
    for (std::size_t i = 0; i < late.size(); ++i) to[i].late_events += late[i];
    return to;
}

auto statement_of(const pqxx::connection& session, const processor_id& processor, const moves& all) -> std::string
{
    const auto listed = [&](const auto&... values) {
        std::string list;
        ((list += (list.empty() ? "" : ", ") + session.quote(values)), ...);
        return list;
    };
    return std::string("execute ") + move_statement + "("
           + listed(processor.name, processor.version, all.logs, all.epochs, all.old_positions, all.positions,
                    all.event_ids, processor.registration, all.times, all.late)
           + ")";
}

}  // namespace

moving_transaction::moving_transaction(pqxx::connection& session, const processor_id& processor,
                                       std::span<const checkpoint> from, std::span<const recorded_event> events,
                                       std::span<const std::int64_t> late)
    : dbtransaction(session), to_(moved_to(from, events, late))
{
    moves all;
    for (std::size_t i = 0; i < to_.size(); ++i)
        if (from[i].position < to_[i].position) all.add(from[i], to_[i]);
    register_transaction();
    try {
        const auto moved = direct_exec("begin; " + statement_of(session, processor, all));
        if (moved.affected_rows() != static_cast<int>(all.logs.size())) throw taken_over(processor);
    } catch (...) {
        close();
        throw;
    }
}

void moving_transaction::do_commit()
{
    try {
        direct_exec("commit");
    } catch (const pqxx::broken_connection& problem) {
        throw pqxx::in_doubt_error("the session was lost while a batch was committed: " + std::string(problem.what()));
    }
}

void moving_transaction::do_abort() { direct_exec("rollback"); }

void prepare_moves(pqxx::connection& session) { prepare_once(session, move_statement, move_logs); }

}  // namespace annals::processors
