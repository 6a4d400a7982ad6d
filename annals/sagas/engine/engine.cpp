// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/engine/engine.hpp>

#include <annals/eventstore/errors.hpp>

#include <algorithm>
#include <cmath>

namespace annals::sagas {

using eventstore::timestamp;

namespace {

/// How many sagas are remembered. The others are read again when something comes for them.
constexpr std::size_t remembered_max = 20'000;

/// How many sagas are read together when a process takes over.
constexpr std::size_t load_max = 1'000;

/// A saga that is due, but waits for something else, is looked at again after this time.
constexpr auto look_again_after = std::chrono::seconds(1);

/// The gate tells when a service has room for the sagas that it held back, but only in this process. Another owner
/// looks at them after this time.
constexpr auto look_at_held_back_after = std::chrono::seconds(5);

auto results_of(const instance& saga, const plan& of) -> eventstore::json
{
    auto results = eventstore::json::object();
    for (std::size_t i = 0; i < of.size(); ++i)
        if (saga.steps[i].forward.now == track::state::done) results[of.at(i).id] = saga.steps[i].result;
    return results;
}

auto is_active(const instance& saga) -> bool { return saga.is_started && !saga.is_over(); }

/// A step with a signal asks nobody, except for undoing it.
auto is_asked(const step& of, direction where) -> bool { return of.signal.empty() || where == direction::backward; }

auto action_of(const step& of, direction where) -> std::string
{
    if (where == direction::backward) return of.compensation.action();
    return of.action.empty() ? of.id : of.action;
}

}  // namespace

engine::engine(saga_versions versions, saga_storage& storage, request_sink& sink, std::function<double()> chance,
               engine_settings settings)
    : versions_(std::move(versions)),
      storage_(storage),
      sink_(sink),
      chance_(std::move(chance)),
      settings_(std::move(settings)),
      gate_(settings_.services)
{}

void engine::answer(const request& to, reply what)
{
    what.step = to.step;
    what.direction = to.direction;
    what.attempt = to.attempt;
    {
        const std::scoped_lock lock(mutex_);
        answers_.push_back({to.saga_id, std::move(what), 0});
    }
    if (arrives_) arrives_();
}

void engine::start_over()
{
    known_.clear();
    gate_.forget();
    is_fresh_ = true;
}

auto engine::round(timestamp now) -> std::size_t
{
    gate_.set_time(now);
    if (is_fresh_) ask_again(now);
    auto works = gather(now);
    if (works.empty()) return 0;
    std::set<std::string> sagas;
    for (const auto& one : works) sagas.insert(one.saga_id);
    load(sagas);
    decided all;
    std::vector<taken_input> taken;
    for (auto& one : works) {
        if (auto* const answer = std::get_if<reply>(&one.what); answer && answer->error)
            answer->outcome_unknown = answer->outcome_unknown || is_asked_again(one.saga_id, *answer);
        auto refusal = decide(one, all, now);
        if (one.number == 0) continue;
        const auto* const undone = std::get_if<undo>(&one.what);
        taken.push_back({one.number, one.saga_id, undone ? std::optional(*undone) : std::nullopt, std::move(refusal)});
    }
    store(all, taken, now);
    keep(std::move(all));
    return works.size();
}

/// Nobody knows whether these requests were on their way when the last owner stopped. Asked twice, a participant does
/// its work once. But where one copy failed, the other one may be done later. Each owner must know of all copies: so
/// what was read is confirmed by a commit, and a former owner asks nobody. All of them are then looked at.
void engine::ask_again(timestamp now)
{
    active_ = storage_.active();
    asked_again_.clear();
    const auto ids = storage_.unanswered();
    for (std::size_t i = 0; i < ids.size(); i += load_max)
        ask_again(std::span(ids).subspan(i, std::min(load_max, ids.size() - i)), now);
    is_fresh_ = false;
}

void engine::ask_again(std::span<const std::string> ids, timestamp now)
{
    load({ids.begin(), ids.end()});
    std::vector<saga_change> same;
    for (const auto& id : ids) {
        const auto& saga = known_.at(id);
        same.push_back({.saga_id = id,
                        .of = &plan_of(saga),
                        .version_before = saga.facts,
                        .facts = {},
                        .after = &saga,
                        .due = now});
    }
    storage_.commit(same, {});
    for (const auto& one : same) ask_again(one.saga_id, *one.after, *one.of);
}

void engine::ask_again(const std::string& saga_id, const instance& saga, const plan& of)
{
    for (std::size_t i = 0; i < of.size(); ++i)
        for (const auto where : {direction::forward, direction::backward}) {
            const auto& track = saga.steps[i].to(where);
            if (track.now != track::state::running) continue;
            asked_again_.emplace(idempotency_key(saga_id, of.at(i).id, where), track.attempts);
            ask(saga_id, saga, of, {of.at(i).id, where, track.attempts, track.until});
        }
}

auto engine::is_asked_again(const std::string& saga_id, const reply& to) const -> bool
{
    return asked_again_.contains({idempotency_key(saga_id, to.step, to.direction), to.attempt});
}

auto engine::starts_max() const -> std::size_t
{
    const auto max = versions_.all.at(versions_.for_new)->of().active_max;
    const auto own = static_cast<std::size_t>(std::ceil(max * settings_.share));
    return std::min(settings_.round_max, own - std::min(own, active_));
}

/// What has waited longest in each of the sources, so that none of them fills every round.
auto engine::gather(timestamp now) -> std::vector<work>
{
    std::vector<work> all;
    {
        const std::scoped_lock lock(mutex_);
        while (!answers_.empty() && all.size() < settings_.round_max) {
            if (storage_.owns(answers_.front().saga_id)) all.push_back(std::move(answers_.front()));
            answers_.pop_front();
        }
    }
    for (auto& one : storage_.arrived(starts_max(), settings_.round_max))
        all.push_back({std::move(one.saga_id), std::move(one.what), one.number});
    for (auto& id : storage_.due(now, settings_.round_max)) all.push_back({std::move(id), tick{}, 0});
    for (auto& id : gate_.ready()) all.push_back({std::move(id), tick{}, 0});
    return all;
}

/// Those that it does not remember.
void engine::load(const std::set<std::string>& sagas)
{
    std::vector<std::string> ids;
    for (const auto& id : sagas)
        if (!known_.contains(id)) ids.push_back(id);
    if (ids.empty()) return;
    const auto streams = storage_.load(ids);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto version = versions_.for_new;
        if (!streams[i].empty())
            if (const auto* const begun = std::get_if<saga_started>(&streams[i].front().fact))
                version = begun->definition_version;
        const auto& of = plan_of(version);
        instance saga(of.size());
        saga.definition_version = version;
        for (const auto& [fact, at] : streams[i]) saga.evolve(fact, at, of);
        known_.insert_or_assign(ids[i], std::move(saga));
    }
}

auto engine::plan_of(const instance& saga) const -> const plan& { return *versions_.all.at(saga.definition_version); }

/// A newer program may run beside this one.
auto engine::plan_of(int version) -> const plan&
{
    auto& known = versions_.all[version];
    if (!known) known = storage_.find_version(version);
    if (!known)
        throw eventstore::mismatch("version " + std::to_string(version)
                                   + " of a saga's definition is not known, and a saga was started with it");
    return *known;
}

/// Returns why the input was refused. Then the saga stays as it is, also the time at which it is looked at again.
auto engine::decide(const work& one, decided& all, timestamp now) -> std::optional<std::string>
{
    const auto found = all.find(one.saga_id);
    const auto& before = found == all.end() ? known_.at(one.saga_id) : found->second.saga;
    const auto& of = plan_of(before);
    bool is_held_back = false;
    const auto enter = [&](const step& wanted, direction where) {
        if (!wanted.saga.empty()) return true;  // another saga has limits of its own
        const bool may = gate_.enter(wanted.service, one.saga_id, idempotency_key(one.saga_id, wanted.id, where));
        is_held_back = is_held_back || !may;
        return may;
    };
    auto news = advance(of, before, one.what, {.now = now, .chance = chance_, .may_start = enter});
    if (!news) return std::move(news.error());
    auto& after = found == all.end()
                      ? all.emplace(one.saga_id, decision{before, {}, false, is_active(before)}).first->second
                      : found->second;
    after.is_held_back = is_held_back;
    for (auto& fact : *news) {
        after.saga.evolve(fact, now, of);
        leave_gate(one, of, fact);
        after.facts.push_back({std::move(fact), now});
    }
    if (after.saga.is_over()) leave_gate(one.saga_id, of, after.saga);
    return std::nullopt;
}

/// A refusal is an answer; what another attempt may change is trouble of the service.
void engine::leave_gate(const work& one, const plan& of, const saga_fact& fact)
{
    const auto leave = [&](const auto& ended, service_gate::how how) {
        const auto& asked = of.at(*of.find(ended.step));
        if (is_asked(asked, ended.direction) && asked.saga.empty())
            gate_.leave(asked.service, idempotency_key(one.saga_id, ended.step, ended.direction), how);
    };
    if (const auto* const done = std::get_if<step_completed>(&fact)) leave(*done, service_gate::how::answered);
    if (const auto* const failed = std::get_if<step_failed>(&fact)) {
        const auto* const answer = std::get_if<reply>(&one.what);
        const bool is_refusal = answer && answer->step == failed->step && !answer->retryable;
        leave(*failed, is_refusal ? service_gate::how::answered : service_gate::how::failed);
    }
}

void engine::leave_gate(const std::string& saga_id, const plan& of, const instance& saga)
{
    for (std::size_t i = 0; i < of.size(); ++i)
        for (const auto where : {direction::forward, direction::backward})
            if (saga.steps[i].to(where).now == track::state::running)
                gate_.leave(of.at(i).service, idempotency_key(saga_id, of.at(i).id, where));
}

void engine::store(const decided& all, const std::vector<taken_input>& taken, timestamp now)
{
    std::vector<saga_change> changes;
    for (const auto& [id, one] : all) {
        const auto& [saga, facts, is_held_back, was_active] = one;
        if (!saga.is_started) continue;
        const auto& of = plan_of(saga);
        auto due = saga.due(of);
        if (due && *due <= now) due = now + look_again_after;
        if (is_held_back && !saga.is_over())
            due = std::min(due.value_or(now + look_at_held_back_after), now + look_at_held_back_after);
        changes.push_back({.saga_id = id,
                           .of = &of,
                           .version_before = saga.facts - static_cast<std::int64_t>(facts.size()),
                           .facts = facts,
                           .after = &saga,
                           .due = due});
    }
    storage_.commit(changes, taken);
}

/// What is stored is known from now on, and the participants are asked.
void engine::keep(decided all)
{
    for (auto& [id, it] : all) {
        auto& [saga, facts, is_held_back, was_active] = it;
        const auto& of = plan_of(saga);
        active_ += is_active(saga) ? 1 : 0;
        active_ -= std::min<std::size_t>(active_, was_active ? 1 : 0);
        for (const auto& [fact, at] : facts) {
            const auto* const begun = std::get_if<step_started>(&fact);
            if (!begun || saga.is_over()) continue;
            const auto& track = saga.steps[*of.find(begun->step)].to(begun->direction);
            if (track.now == track::state::running && track.attempts == begun->attempt) ask(id, saga, of, *begun);
        }
        if (saga.is_over() || !saga.is_started) known_.erase(id);
        else known_.insert_or_assign(id, std::move(saga));
    }
    if (known_.size() > remembered_max) known_.clear();
}

void engine::ask(const std::string& saga_id, const instance& saga, const plan& of, const step_started& begun)
{
    const auto& wanted = of.at(*of.find(begun.step));
    if (!is_asked(wanted, begun.direction)) return;
    const auto key = idempotency_key(saga_id, begun.step, begun.direction);
    if (wanted.saga.empty()) gate_.enter_again(wanted.service, key);
    sink_.ask({.saga_type = of.of().name,
               .saga_id = saga_id,
               .step = begun.step,
               .service = wanted.service,
               .action = action_of(wanted, begun.direction),
               .child = wanted.saga,
               .direction = begun.direction,
               .attempt = begun.attempt,
               .idempotency_key = key,
               .deadline = begun.deadline,
               .context = saga.context,
               .results = results_of(saga, of)});
}

}  // namespace annals::sagas
