// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/arrived_inputs.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::sagas {
namespace {

/// What an operator asks for.
struct hand_text {
    std::string step, by, reason;
};
ANNALS_FIELDS(hand_text, step, by, reason)

}  // namespace

auto input_from(std::string_view kind, std::string_view text) -> input
{
    if (kind == "start") return facts::decode<start>(text, "start");
    if (kind == "reply") return facts::decode<reply>(text, "reply");
    if (kind == "signal") return facts::decode<signal>(text, "signal");
    if (kind == "undo") return facts::decode<undo>(text, "undo");
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
    auto operator()(const start& it) const { return written("start", it); }
    auto operator()(const reply& it) const { return written("reply", it); }
    auto operator()(const signal& it) const { return written("signal", it); }
    auto operator()(const undo& it) const { return written("undo", it); }
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

    static auto by_hand_text(std::string kind, const std::string& step, const by_hand& hand) -> input_text
    {
        return written(std::move(kind), hand_text{step, hand.by, hand.reason});
    }
};

}  // namespace

auto text_of(const input& what) -> input_text { return std::visit(writing{}, what); }

}  // namespace annals::sagas
