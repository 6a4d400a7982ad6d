// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/batch_applier.hpp>

#include <annals/processors/failure.hpp>
#include <annals/processors/gap.hpp>
#include <annals/processors/log_about.hpp>
#include <annals/processors/moving_transaction.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace annals::processors {

using namespace eventstore;

namespace {

constexpr page_size live_batch{.events_max = 200, .bytes_max = 1 << 20};
constexpr page_size catching_up_batch{.events_max = 3000, .bytes_max = 8 << 20};

/// A step of several transactions ends after this time, so that switches and stops are obeyed soon.
constexpr auto step_max = std::chrono::seconds(1);

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

inapplicable::inapplicable(const recorded_event& event, const std::string& why, std::string error_code)
    : error("event " + event.type + " of " + to_string(event.stream) + " version "
            + std::to_string(event.version.number) + " (" + to_string(event.log()) + "@"
            + std::to_string(event.position.number) + ") cannot be applied: " + why),
      log(event.log()),
      position(event.position),
      code(std::move(error_code))
{}

batch_applier::batch_applier(processor& applied, store& log, feed& from, std::function<void()> connects,
                             parking_limits limits)
    : processor_(applied),
      store_(log),
      feed_(from),
      connects_(std::move(connects)),
      ahead_(from),
      parked_(applied.id(), limits),
      requests_(applied, log)
{
    if (applied.order() == log_order::one) one_order_.emplace(applied.categories(), from, log);
}

void batch_applier::connect(model_session session) { session_.emplace(std::move(session)); }

auto batch_applier::disconnect() -> std::optional<model_session> { return std::exchange(session_, std::nullopt); }

auto batch_applier::connection() -> pqxx::connection*
{
    return session_ && session_->link.is_open() ? &session_->link : nullptr;
}

/// A session that is prepared for this processor.
auto batch_applier::session() -> pqxx::connection&
{
    if (!session_ && connects_) connects_();
    if (session_->prepared_for != processor_.id()) prepare();
    return session_->link;
}

/// Each step is safe to repeat. The SQL of a projection may have put a prepared statement of its own, which no rollback
/// removes, in the place of one of ours.
void batch_applier::prepare()
{
    auto& link = session_->link;
    pqxx::nontransaction(link).exec("deallocate all");
    if (!processor_.durable()) link.set_session_var("synchronous_commit", "off");
    prepare_moves(link);
    processor_.prepare(link);
    session_->prepared_for = processor_.id();
}

void batch_applier::cancel()
{
    cancelled_ = true;
    if (auto* const open = connection()) open->cancel_query();
}

void batch_applier::work_on(std::span<const numbered_log> wanted)
{
    std::erase_if(at_, [&](const checkpoint& known) { return std::ranges::find(wanted, known.of) == wanted.end(); });
    std::vector<numbered_log> added;
    for (const auto& log : wanted)
        if (!find(at_, log.log)) added.push_back(log);
    if (added.empty()) return;

    pqxx::work tx(session());
    const auto taken = take_checkpoints(tx, processor_.id(), added);
    tx.commit();
    for (const auto& one : taken) check_against_log(one, processor_.id(), store_);
    at_.insert(at_.end(), taken.begin(), taken.end());
    pqxx::nontransaction reading(session());
    parked_.read(reading, at_);
}

auto batch_applier::step() -> std::size_t
{
    const auto incarnation = store_.incarnation();
    if (incarnation && incarnation != incarnation_) check_in(*incarnation);
    const auto events = next_batch();
    if (store_.incarnation() != incarnation) return 0;  // the page may be of the one before
    catching_up_ = events.size() >= std::min(live_batch.events_max, limit_.events());
    if (events.empty()) return 0;
    if (catching_up_ && !one_order_) read_ahead(events);
    session();  // outside of what is blamed on an event
    return apply_in_turn(events);
}

/// In another incarnation of the store, another event or none may be at a checkpoint. Checkpoints in the same
/// database may have been restored together with the log.
void batch_applier::check_in(std::string incarnation)
{
    pqxx::nontransaction tx(session());
    const auto now = read_checkpoints(tx, processor_.id(), at_);
    for (const auto& one : now) check_against_log(one, processor_.id(), store_);
    incarnation_ = std::move(incarnation);
    if (one_order_) one_order_->forget();
    ahead_.forget();
    if (!std::ranges::is_permutation(now, at_))
        throw fenced(to_string(processor_.id()) + ": its checkpoints were restored");
}

auto batch_applier::waits_for() const -> std::optional<one_order::wait>
{
    return one_order_ ? one_order_->waits_for() : std::nullopt;
}

/// A request for a parked key moves no checkpoint, but holds it: its COMMIT that is in doubt is over once we hold it.
auto batch_applier::read_again() -> std::vector<numbered_log>
{
    std::vector<numbered_log> lost;
    pqxx::work tx(session());
    hold_checkpoints(tx, processor_.id(), at_);
    const auto actual = read_checkpoints(tx, processor_.id(), at_);
    std::vector<checkpoint> kept;
    for (const auto& known : at_) {
        const auto now = std::ranges::find(actual, known.of, &checkpoint::of);
        if (now != actual.end() && now->epoch == known.epoch) kept.push_back(*now);
        else lost.push_back(known.of);
    }
    at_ = std::move(kept);
    parked_.read(tx, at_);
    return lost;
}

auto batch_applier::next_batch() -> std::vector<recorded_event>
{
    if (one_order_) return one_order_->next(at_, page());
    auto next = in_sequence(at_, read_page());
    if (next.events.empty() && next.gap) return read_gap(store_, *next.gap, page());
    return std::move(next.events);
}

auto batch_applier::page() const -> page_size
{
    auto size = catching_up_ ? catching_up_batch : live_batch;
    size.events_max = std::min(size.events_max, limit_.events());
    return size;
}

/// The page that was read ahead, if the last one was applied as a whole and the feed still allows all of it.
auto batch_applier::read_page() -> std::vector<recorded_event>
{
    const auto cursors = cursors_of(at_);
    ++pages_;
    if (auto ahead = ahead_.take(); ahead && ahead->comes_after(cursors)) {
        const auto is_allowed = [this](const recorded_event& event) {
            const auto last = feed_.bound(event.log());
            return !last || event.position <= *last;
        };
        if (std::ranges::all_of(ahead->events, is_allowed)) return std::move(ahead->events);
    }
    return feed_.next(cursors, page());
}

/// Begins to read what comes after these events, while they are applied.
void batch_applier::read_ahead(std::span<const recorded_event> events)
{
    auto after = at_;
    for (const auto& event : events) find(after, event.log())->position = event.position;
    ahead_.ask(cursors_of(after), page());
}

/// Each log comes first in turn, so that a busy one does not fill every page.
auto batch_applier::cursors_of(std::span<const checkpoint> at) -> std::vector<log_cursor>
{
    std::vector<log_cursor> all;
    const auto first = pages_ % std::max<std::size_t>(at.size(), 1);
    for (std::size_t i = 0; i < at.size(); ++i) {
        const auto& known = at[(first + i) % at.size()];
        all.push_back({known.of.log, known.position});
    }
    return all;
}

/// In as many transactions as the processor wants. What is left when the time is over comes with the next step.
auto batch_applier::apply_in_turn(std::span<const recorded_event> events) -> std::size_t
{
    const auto deadline = std::chrono::steady_clock::now() + step_max;
    std::size_t applied = 0;
    while (applied < events.size()) {
        const bool is_over = cancelled_ || std::chrono::steady_clock::now() > deadline;
        if (applied > 0 && is_over) break;
        const auto rest = events.subspan(applied);
        const auto batch = rest.first(std::clamp<std::size_t>(processor_.batch_size(rest), 1, rest.size()));
        apply(batch);
        applied += batch.size();
    }
    return applied;
}

/// A batch that fails is halved, down to the events at fault. So is one that takes longer than the database allows.
void batch_applier::apply(std::span<const recorded_event> events)
{
    if (events.size() <= limit_.events()) {
        const auto why_not = try_to_commit(events);
        if (!why_not) return;
        if (events.size() == 1) return park(events[0], *why_not);
    }
    apply(events.first(events.size() / 2));
    apply(events.subspan(events.size() / 2));
}

/// Returns why the events cannot be applied together; rethrows errors that are not caused by the events.
auto batch_applier::try_to_commit(std::span<const recorded_event> events) -> std::optional<refused_batch>
{
    try {
        move_past(events, [&](pqxx::transaction_base& tx) { apply_or_queue(tx, events); });
        limit_.kept();
        return std::nullopt;
    } catch (const too_much_parked&) {
        throw;
    } catch (const std::exception& problem) {
        const bool takes_too_long = is_time_out(problem) && events.size() > 1 && !cancelled_;
        if (!blames_event(problem) && !takes_too_long) throw;
        if (takes_too_long) limit_.missed(events.size());
        refused_batch refused{processor_.explain(problem), error_code(problem)};
        prepare();
        return refused;
    }
}

/// In one transaction.
void batch_applier::move_past(std::span<const recorded_event> events,
                              const std::function<void(pqxx::transaction_base&)>& write)
{
    const auto late = one_order_ ? count_late(at_, events) : std::vector<std::int64_t>{};
    moving_transaction tx(session_->link, processor_.id(), at_, events, late);
    write(tx);
    tx.commit();
    at_ = tx.moved();
    tell_of_late(late);
}

/// Once: from then on annals.checkpoints counts them.
void batch_applier::tell_of_late(std::span<const std::int64_t> late)
{
    const auto found = std::ranges::find_if(late, [](std::int64_t count) { return count > 0; });
    if (found == late.end() || std::exchange(has_told_of_late_, true)) return;
    const auto& log = at_[static_cast<std::size_t>(found - late.begin())].of.log;
    log_about(processor_.id(), telemetry::level::warning,
              "events were recorded before others that are applied already: the server's clock was set back",
              {{"log", to_string(log)},
               {"events", *found},
               {"to_do", "annals projections rebuild " + processor_.id().name + ": a rebuild may give other rows"}});
}

/// Events of parked keys wait behind the ones before them.
void batch_applier::apply_or_queue(pqxx::transaction_base& tx, std::span<const recorded_event> events)
{
    const auto waits = [this](const recorded_event& event) { return parked_.holds(event); };
    if (std::ranges::none_of(events, waits)) return processor_.apply(tx, events);
    std::vector<recorded_event> free;
    std::vector<const recorded_event*> waiting;
    for (const auto& event : events)
        if (waits(event)) waiting.push_back(&event);
        else free.push_back(event);
    parked_.queue(tx, at_, waiting);
    if (!free.empty()) processor_.apply(tx, free);
}

/// The checkpoint moves past the event; it is not lost, but waits.
void batch_applier::park(const recorded_event& event, const refused_batch& refused)
{
    if (!processor_.parks()) throw inapplicable(event, refused.why, refused.code);
    move_past({&event, 1},
              [&](pqxx::transaction_base& tx) { parked_.park(tx, find(at_, event.log())->of, event, refused.why); });
    parked_.add(event.stream);
    auto fields = fields_of(refused.why, refused.code);
    fields.insert(fields.begin(), {{"stream", to_string(event.stream)},
                                   {"log", to_string(event.log())},
                                   {"position", event.position.number},
                                   {"type", event.type}});
    fields.emplace_back("to_do", "annals parked show " + processor_.id().name + " " + to_string(event.stream));
    log_about(processor_.id(), telemetry::level::error, "an event cannot be applied: it is parked with its key",
              std::move(fields));
}

auto batch_applier::carry_out_request() -> bool
{
    if (parked_.empty()) return false;
    const auto step = requests_.carry_out(session(), at_);
    if (!step) return false;
    if (step->has_failed) prepare();
    if (step->is_free) parked_.remove(step->key);
    if (!step->why_not.empty())
        log_about(processor_.id(), telemetry::level::error, "a parked key was tried again and stays parked",
                  {{"stream", to_string(step->key)}, {"problem", step->why_not}});
    else if (step->is_free)
        log_about(processor_.id(), telemetry::level::info, "a key is not parked any more",
                  {{"stream", to_string(step->key)}});
    return true;
}

}  // namespace annals::processors
