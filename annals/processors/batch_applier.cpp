// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/batch_applier.hpp>

#include <annals/processors/failure.hpp>

#include <algorithm>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr page_size live_batch{.events_max = 200, .bytes_max = 1 << 20};
constexpr page_size catching_up_batch{.events_max = 1000, .bytes_max = 8 << 20};

/// The events that come next after the given checkpoints, and where the first gap is.
struct sequence {
    std::vector<recorded_event> events;
    std::optional<log_cursor> gap;
};

auto in_sequence(std::vector<checkpoint> at, std::vector<recorded_event> events) -> sequence
{
    sequence next;
    for (auto& event : events) {
        auto* const known = find(at, event.log());
        if (!known || event.position <= known->position) continue;
        if (event.position == known->position + 1) {
            known->position = event.position;
            next.events.push_back(std::move(event));
        } else if (!next.gap) {
            next.gap = log_cursor{known->of.log, known->position};
        }
    }
    return next;
}

}  // namespace

inapplicable::inapplicable(const recorded_event& event, const std::string& why)
    : error("event " + event.type + " of " + to_string(event.stream) + " version "
            + std::to_string(event.version.number) + " (" + to_string(event.log()) + "@"
            + std::to_string(event.position.number) + ") cannot be applied: " + why),
      log(event.log()),
      position(event.position)
{}

batch_applier::batch_applier(processor& applied, store& log, feed& from) : processor_(applied), store_(log), feed_(from)
{}

void batch_applier::connect(pqxx::connection connection)
{
    connection_.emplace(std::move(connection));
    prepared_ = false;
}

auto batch_applier::connection() -> pqxx::connection*
{
    return connection_ && connection_->is_open() ? &*connection_ : nullptr;
}

/// Each step is safe to repeat. The SQL of a projection may have put a prepared statement of its own, which no rollback
/// removes, in the place of one of ours.
void batch_applier::prepare()
{
    pqxx::nontransaction(*connection_).exec("deallocate all");
    if (!processor_.durable()) connection_->set_session_var("synchronous_commit", "off");
    prepare_moves(*connection_);
    processor_.prepare(*connection_);
    prepared_ = true;
}

void batch_applier::cancel()
{
    cancelled_ = true;
    if (auto* const open = connection()) open->cancel_query();
}

void batch_applier::work_on(std::span<const numbered_log> wanted)
{
    if (!prepared_) prepare();
    std::erase_if(at_, [&](const checkpoint& known) { return std::ranges::find(wanted, known.of) == wanted.end(); });
    std::vector<numbered_log> added;
    for (const auto& log : wanted)
        if (!find(at_, log.log)) added.push_back(log);
    if (added.empty()) return;

    pqxx::work tx(*connection_);
    const auto taken = take_checkpoints(tx, processor_.id(), added);
    tx.commit();
    for (const auto& one : taken) check_against_log(one, processor_.id(), store_);
    at_.insert(at_.end(), taken.begin(), taken.end());
}

auto batch_applier::step() -> std::size_t
{
    const auto incarnation = store_.incarnation();
    if (incarnation && incarnation != incarnation_) check_in(*incarnation);
    const auto events = next_batch();
    if (store_.incarnation() != incarnation) return 0;  // the page may be of the one before
    catching_up_ = events.size() >= std::min(live_batch.events_max, limit_.events());
    if (!events.empty()) apply(events);
    return events.size();
}

/// In another incarnation of the store, another event or none may be at a checkpoint. Checkpoints in the same
/// database may have been restored together with the log.
void batch_applier::check_in(std::string incarnation)
{
    pqxx::nontransaction tx(*connection_);
    const auto now = read_checkpoints(tx, processor_.id(), at_);
    for (const auto& one : now) check_against_log(one, processor_.id(), store_);
    incarnation_ = std::move(incarnation);
    if (!std::ranges::is_permutation(now, at_))
        throw fenced(to_string(processor_.id()) + ": its checkpoints were restored");
}

auto batch_applier::read_again() -> std::vector<numbered_log>
{
    std::vector<numbered_log> lost;
    pqxx::nontransaction tx(*connection_);
    const auto actual = read_checkpoints(tx, processor_.id(), at_);
    std::vector<checkpoint> kept;
    for (const auto& known : at_) {
        const auto now = std::ranges::find(actual, known.of, &checkpoint::of);
        if (now != actual.end() && now->epoch == known.epoch) kept.push_back(*now);
        else lost.push_back(known.of);
    }
    at_ = std::move(kept);
    return lost;
}

auto batch_applier::next_batch() -> std::vector<recorded_event>
{
    auto next = in_sequence(at_, feed_.next(cursors(), page()));
    if (next.events.empty() && next.gap) return read_gap(*next.gap, page());
    return std::move(next.events);
}

auto batch_applier::page() const -> page_size
{
    auto size = catching_up_ ? catching_up_batch : live_batch;
    size.events_max = std::min(size.events_max, limit_.events());
    return size;
}

/// Each log comes first in turn, so that a busy one does not fill every page.
auto batch_applier::cursors() -> std::vector<log_cursor>
{
    std::vector<log_cursor> all;
    for (std::size_t i = 0; i < at_.size(); ++i) {
        const auto& known = at_[(first_ + i) % at_.size()];
        all.push_back({known.of.log, known.position});
    }
    ++first_;
    return all;
}

auto batch_applier::read_gap(const log_cursor& from, const page_size& page) -> std::vector<recorded_event>
{
    auto next = in_sequence(at_, store_.read_log(from.log, from.position, page));
    if (next.gap)
        throw mismatch("the log " + to_string(from.log) + " has no event at position "
                       + std::to_string(next.gap->position.number + 1) + " although it has later ones: it is damaged");
    return std::move(next.events);
}

/// A batch that fails is halved, so that everything before the faulty event is applied. So is one that takes longer
/// than the database allows.
void batch_applier::apply(std::span<const recorded_event> events)
{
    if (events.size() <= limit_.events()) {
        const auto why_not = try_to_commit(events);
        if (!why_not) return;
        if (events.size() == 1) throw inapplicable(events[0], *why_not);
    }
    apply(events.first(events.size() / 2));
    apply(events.subspan(events.size() / 2));
}

/// Returns why the events cannot be applied together; rethrows errors that are not caused by the events.
auto batch_applier::try_to_commit(std::span<const recorded_event> events) -> std::optional<std::string>
{
    try {
        commit(events);
        limit_.kept();
        return std::nullopt;
    } catch (const std::exception& problem) {
        const bool takes_too_long = is_time_out(problem) && events.size() > 1 && !cancelled_;
        if (!blames_event(problem) && !takes_too_long) throw;
        if (takes_too_long) limit_.missed(events.size());
        auto why = processor_.explain(problem);
        prepare();
        return why;
    }
}

void batch_applier::commit(std::span<const recorded_event> events)
{
    pqxx::work tx(*connection_);
    auto moved = move_checkpoints(tx, processor_.id(), at_, events);
    processor_.apply(tx, events);
    tx.commit();
    at_ = std::move(moved);
}

}  // namespace annals::processors
