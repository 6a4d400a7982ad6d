// SPDX-License-Identifier: Apache-2.0
#include <tests/sagas/simulation/participants.hpp>

namespace annals::sagas::simulation {
namespace {

auto answer_to(const request& one) -> reply
{
    return {.step = one.step, .direction = one.direction, .attempt = one.attempt, .result = one.idempotency_key};
}

auto failed(const request& one, std::string why, bool retryable) -> reply
{
    auto answer = answer_to(one);
    answer.error = std::move(why);
    answer.retryable = retryable;
    return answer;
}

/// The key of the step, also for undoing it.
auto step_key(const request& one) -> std::string
{
    static const std::string undo = "/undo";
    auto key = one.idempotency_key;
    if (one.direction == direction::backward && key.ends_with(undo)) key.resize(key.size() - undo.size());
    return key;
}

}  // namespace

auto participants::take(const request& one, eventstore::timestamp now, moods mood, chance& random) -> reply
{
    auto& known = states_[step_key(one)];
    const bool is_undo = one.direction == direction::backward;
    if (!is_undo && known == state::undone) return failed(one, "it was undone", false);
    if ((is_undo && known == state::undone) || (!is_undo && known == state::done)) return answer_to(one);
    if (random.is(mood.refusing)) return failed(one, "refused", false);
    if (random.is(mood.busy)) return failed(one, "busy", true);
    const bool has_effect = !is_undo || known == state::done;
    known = is_undo ? state::undone : state::done;
    if (has_effect)
        history_.effects.push_back({history_.next(), now, one.saga_id, one.step, one.idempotency_key, one.direction});
    return answer_to(one);
}

}  // namespace annals::sagas::simulation
