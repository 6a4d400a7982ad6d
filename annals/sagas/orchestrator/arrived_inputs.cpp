// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/arrived_inputs.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::sagas {
namespace {

// clang-format off
struct start_text  { eventstore::json context; std::string started_by; std::optional<parent_step> parent; };
struct reply_text  { std::string step; sagas::direction direction = sagas::direction::forward; int attempt = 0; eventstore::json result; std::optional<std::string> error; bool retryable = true, outcome_unknown = false; };
struct signal_text { std::string name; eventstore::json payload; std::string by; };
struct hand_text   { std::string step, by, reason; };
struct undo_text   { int attempt = 0; };
ANNALS_FIELDS(start_text,  context, started_by, parent)
ANNALS_FIELDS(reply_text,  step, direction, attempt, result, error, retryable, outcome_unknown)
ANNALS_FIELDS(signal_text, name, payload, by)
ANNALS_FIELDS(hand_text,   step, by, reason)
ANNALS_FIELDS(undo_text,   attempt)
// clang-format on

}  // namespace

auto input_from(std::string_view kind, std::string_view text) -> input
{
    if (kind == "start") {
        auto [context, started_by, parent] = facts::decode<start_text>(text, "start");
        return start{std::move(context), std::move(started_by), std::move(parent)};
    }
    if (kind == "reply") {
        auto [step, direction, attempt, result, error, retryable, outcome_unknown] =
            facts::decode<reply_text>(text, "reply");
        return reply{std::move(step),  direction, attempt,        std::move(result),
                     std::move(error), retryable, outcome_unknown};
    }
    if (kind == "signal") {
        auto [name, payload, by] = facts::decode<signal_text>(text, "signal");
        return signal{std::move(name), std::move(payload), std::move(by)};
    }
    if (kind == "undo") return undo{facts::decode<undo_text>(text, "undo").attempt};
    auto [step, by, reason] = facts::decode<hand_text>(text, std::string(kind));
    by_hand hand{std::move(by), std::move(reason)};
    if (kind == "pause") return pause{std::move(hand)};
    if (kind == "resume") return resume{std::move(hand)};
    if (kind == "cancel") return cancel{std::move(hand)};
    if (kind == "terminate") return terminate{std::move(hand)};
    if (kind == "retry") return retry{std::move(step), std::move(hand)};
    if (kind == "skip") return skip{std::move(step), std::move(hand)};
    throw eventstore::mismatch("an input of the kind " + std::string(kind) + " is not known: run a newer program");
}

namespace {

template <class Text>
auto written(std::string kind, const Text& what) -> input_text
{
    auto text = eventstore::to_text(facts::encode(what), kind);
    return {std::move(kind), std::move(text)};
}

struct writing {
    auto operator()(const start& it) const
    {
        return written("start", start_text{it.context, it.started_by, it.parent});
    }
    auto operator()(const reply& it) const
    {
        return written("reply", reply_text{it.step, it.direction, it.attempt, it.result, it.error, it.retryable,
                                           it.outcome_unknown});
    }
    auto operator()(const signal& it) const { return written("signal", signal_text{it.name, it.payload, it.by}); }
    auto operator()(const tick&) const -> input_text
    {
        throw eventstore::invalid_request("time passes by itself: a saga cannot be asked for it");
    }
    auto operator()(const pause& it) const { return by_hand_text("pause", {}, it.hand); }
    auto operator()(const resume& it) const { return by_hand_text("resume", {}, it.hand); }
    auto operator()(const cancel& it) const { return by_hand_text("cancel", {}, it.hand); }
    auto operator()(const terminate& it) const { return by_hand_text("terminate", {}, it.hand); }
    auto operator()(const retry& it) const { return by_hand_text("retry", it.step, it.hand); }
    auto operator()(const skip& it) const { return by_hand_text("skip", it.step, it.hand); }

    auto operator()(const undo& it) const { return written("undo", undo_text{it.attempt}); }

    static auto by_hand_text(std::string kind, const std::string& step, const by_hand& hand) -> input_text
    {
        return written(std::move(kind), hand_text{step, hand.by, hand.reason});
    }
};

}  // namespace

auto text_of(const input& what) -> input_text { return std::visit(writing{}, what); }

}  // namespace annals::sagas
