// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/stored_sagas.hpp>

#include <algorithm>

namespace annals::sagas::simulation {

void stored_sagas::arrive(std::string saga_id, input what, eventstore::timestamp at)
{
    const auto number = static_cast<std::int64_t>(history_.arrivals.size()) + 1;
    history_.arrivals.push_back(
        {.number = history_.next(), .at = at, .what = {number, std::move(saga_id), std::move(what)}, .refusal = {}});
    waiting_.push_back(number);
}

auto stored_sagas::is_held(const std::string& saga_id, const std::map<std::size_t, int>& held) const -> bool
{
    const auto found = held.find(log_of(saga_id));
    return found != held.end() && found->second == epochs_[found->first];
}

/// The fence, and what it makes impossible.
void stored_sagas::check(const saga_change& one, const std::map<std::size_t, int>& held)
{
    if (!is_fenced) return;
    if (!is_held(one.saga_id, held)) throw fenced(one.saga_id + " belongs to another process");
    const auto found = sagas_.find(one.saga_id);
    const auto version = found == sagas_.end() ? 0 : found->second.now.facts;
    if (version == one.version_before) return;
    history_.broken_in_storage.push_back(one.saga_id + ": decided after " + std::to_string(one.version_before)
                                         + " facts, there are " + std::to_string(version));
    throw fenced(history_.broken_in_storage.back());
}

void stored_sagas::apply(const saga_change& one)
{
    auto& row =
        sagas_.try_emplace(one.saga_id, saga{.facts = {}, .due = {}, .now = instance(plan_->size())}).first->second;
    auto& recorded = history_.sagas[one.saga_id];
    for (const auto& fact : one.facts) {
        row.facts.push_back(fact);
        if (is_fenced) row.now.evolve(fact.fact, fact.at, *plan_);
        recorded.push_back({.number = history_.next(), .stored_at = time, .what = fact});
    }
    row.due = one.due;
    if (!is_fenced) row.now = *one.after;
    if (!(row.now == *one.after))
        history_.broken_in_storage.push_back(one.saga_id + ": what the engine knows is not what its facts say");
}

void stored_sagas::take(const taken_input& one)
{
    auto& arrived = history_.arrivals.at(static_cast<std::size_t>(one.number) - 1);
    arrived.taken = history_.next();
    arrived.refusal = one.refusal;
    ++arrived.times_taken;
    std::erase(waiting_, one.number);
}

auto owned_sagas::arrived(std::size_t starts_max, std::size_t others_max) -> std::vector<arrived_input>
{
    passes_(point::reading);
    std::vector<arrived_input> found;
    std::size_t starts = 0, others = 0;
    for (const auto number : all_.waiting_) {
        const auto& one = all_.history_.arrivals.at(static_cast<std::size_t>(number) - 1).what;
        if (!is_mine(one.saga_id)) continue;
        const bool is_start = std::holds_alternative<start>(one.what);
        if (is_start ? starts++ < starts_max : others++ < others_max) found.push_back(one);
    }
    return found;
}

auto owned_sagas::due(eventstore::timestamp now, std::size_t max) -> std::vector<std::string>
{
    passes_(point::reading);
    std::vector<std::pair<eventstore::timestamp, std::string>> found;
    for (const auto& [id, one] : all_.sagas_)
        if (one.due && *one.due <= now && is_mine(id)) found.emplace_back(*one.due, id);
    std::ranges::sort(found);
    std::vector<std::string> ids;
    for (auto& [at, id] : found)
        if (ids.size() < max) ids.push_back(std::move(id));
    return ids;
}

auto owned_sagas::unanswered() -> std::vector<std::string>
{
    passes_(point::reading);
    const auto is_running = [](const step_state& one) {
        return one.forward.now == track::state::running || one.backward.now == track::state::running;
    };
    std::vector<std::string> ids;
    for (const auto& [id, one] : all_.sagas_)
        if (is_mine(id) && !one.now.is_over() && std::ranges::any_of(one.now.steps, is_running)) ids.push_back(id);
    return ids;
}

auto owned_sagas::active() -> std::size_t
{
    return static_cast<std::size_t>(std::ranges::count_if(
        all_.sagas_, [this](const auto& one) { return is_mine(one.first) && !one.second.now.is_over(); }));
}

auto owned_sagas::load(std::span<const std::string> ids) -> std::vector<std::vector<dated_fact>>
{
    passes_(point::reading);
    std::vector<std::vector<dated_fact>> found;
    for (const auto& id : ids) {
        const auto one = all_.sagas_.find(id);
        found.push_back(one == all_.sagas_.end() ? std::vector<dated_fact>{} : one->second.facts);
    }
    return found;
}

void owned_sagas::commit(std::span<const saga_change> changes, std::span<const taken_input> taken)
{
    passes_(point::before_commit);
    for (const auto& one : changes) all_.check(one, held);
    for (const auto& one : taken) {
        const auto& id = all_.history_.arrivals.at(static_cast<std::size_t>(one.number) - 1).what.saga_id;
        if (all_.is_fenced && !all_.is_held(id, held)) throw fenced(id + " belongs to another process");
    }
    for (const auto& one : changes) all_.apply(one);
    for (const auto& one : taken) all_.take(one);
    passes_(point::after_commit);
}

auto owned_sagas::next_due() const -> std::optional<eventstore::timestamp>
{
    std::optional<eventstore::timestamp> first;
    for (const auto& [id, one] : all_.sagas_)
        if (one.due && is_mine(id)) first = first ? std::min(*first, *one.due) : one.due;
    return first;
}

}  // namespace annals::sagas::simulation
