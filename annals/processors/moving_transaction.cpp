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

/// An array as PostgreSQL writes it.
class array_text {
public:
    void add(const std::string& element) { text_ += (text_.size() > 1 ? "," : "") + element; }
    auto sql() const -> std::string { return "'" + text_ + "}'"; }

private:
    std::string text_ = "{";
};

/// The checkpoints that move, in columns.
struct moves {
    int rows = 0;
    array_text logs = {}, epochs = {}, old_positions = {}, positions = {}, event_ids = {}, times = {}, late = {};

    void add(const checkpoint& from, const checkpoint& to)
    {
        ++rows;
        logs.add(std::to_string(from.of.number));
        epochs.add(std::to_string(from.epoch));
        old_positions.add(std::to_string(from.position.number));
        positions.add(std::to_string(to.position.number));
        event_ids.add(eventstore::to_string(*to.event_id));
        times.add('"' + eventstore::to_string(*to.recorded_at) + '"');
        late.add(std::to_string(to.late_events));
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

auto statement_of(const std::string& name, const processor_id& processor, const moves& all) -> std::string
{
    std::string sql = std::string("execute ") + move_statement + "(" + name + "," + std::to_string(processor.version);
    for (const auto* column : {&all.logs, &all.epochs, &all.old_positions, &all.positions, &all.event_ids})
        sql += "," + column->sql();
    return sql + "," + std::to_string(processor.registration) + "," + all.times.sql() + "," + all.late.sql() + ")";
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
        const auto moved = direct_exec("begin; " + statement_of(session.quote(processor.name), processor, all));
        if (moved.affected_rows() != all.rows) throw taken_over(processor);
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
