// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/check.hpp>

#include <tests/sagas/simulation/seen_saga.hpp>

#include <algorithm>

namespace annals::sagas::simulation {
namespace {

/// What participants did for one step.
struct deeds {
    std::vector<const effect*> done, undone;
};

/// One saga: its facts, then what they say together with the effects and the arrivals.
class saga_check {
public:
    saga_check(const history& all, const std::string& id, std::vector<violation>& to)
        : all_(all), id_(id), to_(to), seen_(all, [this](auto& rule, auto& text, auto at) { complain(rule, text, at); })
    {}

    void run()
    {
        static const std::vector<stored_fact> none;
        const auto found = all_.sagas.find(id_);
        facts_ = found == all_.sagas.end() ? &none : &found->second;
        bool rests = all_.rest == 0;
        for (const auto& one : *facts_) {
            if (!rests && one.number > all_.rest) check_rest();
            rests = rests || one.number > all_.rest;
            seen_.see(one);
        }
        if (!rests) check_rest();
        for (const auto& one : all_.effects)
            if (one.saga_id == id_)
                (one.direction == direction::forward ? deeds_[one.step].done : deeds_[one.step].undone).push_back(&one);
        check_intents();
        check_effects();
        for (const auto& one : all_.arrivals)
            if (one.what.saga_id == id_) check_arrival(one);
        if (!seen_.is_over()) complain("S11", "it did not end", 0);
    }

private:
    void complain(const std::string& rule, const std::string& text, sequence at)
    {
        to_.push_back({rule, id_, text, at});
    }
    void check_rest();
    void check_intents();
    void check_effects();
    void check_effects(const std::string& step, const deeds&);
    void check_arrival(const arrival&);
    void check_signal(const arrival&, const signal&);
    void check_answer(const arrival&, const reply&);
    template <class Fact>
    auto count(auto&& holds) const -> std::ptrdiff_t
    {
        return std::ranges::count_if(*facts_, [&](const stored_fact& one) {
            const auto* const fact = std::get_if<Fact>(&one.what.fact);
            return fact && holds(*fact, one.number);
        });
    }

    const history& all_;
    std::string id_;
    std::vector<violation>& to_;
    const std::vector<stored_fact>* facts_ = nullptr;
    seen_saga seen_;
    std::map<std::string, deeds> deeds_;
};

/// S11: when nothing has gone wrong for long enough, a saga is over, or parked and shown so.
void saga_check::check_rest()
{
    if (facts_->empty() || facts_->front().number > all_.rest) return;  // it may wait until a parked one has ended
    const auto shown = all_.shown.find(id_);
    const auto expected = seen_.is_over() ? seen_.end() : seen_.is_parked() ? "parked" : "over or parked";
    if (shown == all_.shown.end() || shown->second != expected)
        complain("S11",
                 "in the end it is shown as " + (shown == all_.shown.end() ? "nothing" : shown->second) + ", not as "
                     + expected,
                 all_.rest);
}

/// S3: nobody is asked, and nothing is done, before the intent is stored.
void saga_check::check_intents()
{
    for (const auto& one : all_.asked) {
        if (one.what.saga_id != id_) continue;
        const bool is_stored = count<step_started>([&](const step_started& fact, sequence number) {
                                   return fact.step == one.what.step && fact.direction == one.what.direction
                                          && fact.attempt == one.what.attempt && number < one.number;
                               })
                               > 0;
        if (!is_stored) complain("S3", one.what.step + " is asked for before its intent is stored", one.number);
    }
}

/// S3, S5 and S6 as the participants see it.
void saga_check::check_effects()
{
    for (const auto& [step, one] : deeds_) {
        if (one.done.size() > 1) complain("S3", step + " is done twice", one.done[1]->number);
        if (one.undone.size() > 1) complain("S3", step + " is undone twice", one.undone[1]->number);
        const auto& state = seen_.steps().at(step);
        for (const auto& later : state.dependents)
            for (const auto* undone : one.undone)
                if (const auto found = deeds_.find(later); found != deeds_.end())
                    for (const auto* other : found->second.undone)
                        if (other->number > undone->number
                            && seen_.steps().at(later).backward.now != seen_saga::track::state::skipped)
                            complain("S5", step + " is undone before " + later + ", which depends on it",
                                     undone->number);
    }
    for (const auto& [step, state] : seen_.steps()) check_effects(step, deeds_[step]);
}

void saga_check::check_effects(const std::string& step, const deeds& one)
{
    using enum seen_saga::track::state;
    const auto& state = seen_.steps().at(step);
    const auto& end = seen_.end();
    if (end == "completed") {
        if (!one.undone.empty()) complain("S6", "completed, and " + step + " is undone", one.undone[0]->number);
        if (state.forward.now == done && state.of->signal.empty() && one.done.empty())
            complain("S6", "completed, and " + step + " has no effect", 0);
        return;
    }
    if (end == "failed" || end.empty()) return;
    if (one.done.empty() || !state.of->compensation.is_needed() || state.backward.now == skipped) return;
    if (one.undone.size() != 1)
        complain("S6", end + ", and the effect of " + step + " is not undone", one.done[0]->number);
}

void saga_check::check_arrival(const arrival& one)
{
    if (one.times_taken > 1) complain("S10", "an input is taken twice", one.taken);
    const auto* const answer = std::get_if<reply>(&one.what.what);
    if (one.taken == 0 && !answer) complain("S11", "an input is never taken", one.number);
    if (answer) return check_answer(one, *answer);
    if (const auto* const came = std::get_if<signal>(&one.what.what)) return check_signal(one, *came);
    if (std::holds_alternative<sagas::start>(one.what.what)) {
        if (one.taken > 0 && !one.refusal && facts_->empty()) complain("S10", "a start is taken, and lost", one.taken);
        return;
    }
    const auto* const hand = std::visit(
        [](const auto& by) -> const by_hand* {
            if constexpr (requires { by.hand; }) return &by.hand;
            else return nullptr;
        },
        one.what.what);
    if (!hand || hand->reason == "calm") return;
    const bool is_stored = std::ranges::any_of(*facts_, [&](const stored_fact& stored) {
        return std::visit(
            [&](const auto& fact) {
                if constexpr (std::is_same_v<std::decay_t<decltype(fact)>, compensation_started>)
                    return fact.hand && fact.hand->reason == hand->reason;
                else if constexpr (requires { fact.hand.reason; }) return fact.hand.reason == hand->reason;
                else return false;
            },
            stored.what.fact);
    });
    if (one.taken > 0 && is_stored == one.refusal.has_value())
        complain("S10", "a request of an operator is taken, and lost, or refused, and done", one.taken);
}

/// S10: exactly once, or refused.
void saga_check::check_signal(const arrival& one, const signal& came)
{
    const auto times =
        count<signal_received>([&](const signal_received& fact, sequence) { return fact.payload == came.payload; });
    if (times != (one.taken > 0 && !one.refusal ? 1 : 0))
        complain("S10", "the signal " + came.name + " is received " + std::to_string(times) + " times", one.taken);
}

/// S9: a success counts, however late it is.
void saga_check::check_answer(const arrival& one, const reply& answer)
{
    if (one.taken == 0 || answer.error) return;
    const auto is_it = [&](const auto& fact, sequence number) {
        return fact.step == answer.step && fact.direction == answer.direction && number < one.taken;
    };
    const auto is_before = [&](const auto&, sequence number) { return number < one.taken; };
    const bool is_known = count<step_completed>(is_it) + count<late_success>(is_it) + count<step_skipped>(is_it) > 0;
    const bool is_over = count<saga_completed>(is_before) + count<saga_compensated>(is_before)
                             + count<saga_timed_out>(is_before) + count<saga_cancelled>(is_before)
                             + count<saga_failed>(is_before)
                         > 0;
    if (!is_known && !is_over) complain("S9", answer.step + " was done late, and its answer is dropped", one.taken);
}

}  // namespace

auto check(const history& all) -> std::vector<violation>
{
    std::vector<violation> found;
    std::set<std::string> ids;
    for (const auto& one : all.arrivals) ids.insert(one.what.saga_id);
    for (const auto& id : ids) saga_check(all, id, found).run();
    for (const auto& text : all.broken_in_storage) found.push_back({"S1", text.substr(0, text.find(':')), text, 0});
    std::ranges::stable_sort(found, {}, [](const violation& one) { return one.at == 0 ? INT64_MAX : one.at; });
    return found;
}

auto rules_of(const std::vector<violation>& all) -> std::set<std::string>
{
    std::set<std::string> rules;
    for (const auto& one : all) rules.insert(one.rule);
    return rules;
}

}  // namespace annals::sagas::simulation
