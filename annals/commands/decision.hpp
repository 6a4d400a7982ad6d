// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/aggregate.hpp>
#include <annals/commands/refusal.hpp>
#include <annals/facts/event_type.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annals::commands {

/// A stream that must not exist yet, and the event that creates it. It is appended together with the decision's own
/// events; or alone, when there are none, if the aggregate's own stream has not changed.
struct claim {
    eventstore::stream_id stream;
    eventstore::new_event event;
    refusal otherwise;                       ///< the answer when the stream exists already
};

/// The result of a command: `{}` nothing, one fact, `{a{}, b{}}` several, or `refuse("why")`.
template <class Event>
class decision {
public:
    decision() = default;
    decision(refusal why) : refused_(std::move(why)) {}
    decision(std::initializer_list<Event> facts) : facts_(facts) {}

    template <class Fact>
        requires(std::constructible_from<Event, Fact> && !std::same_as<std::remove_cvref_t<Fact>, decision>)
    decision(Fact&& fact)
    {
        facts_.emplace_back(std::forward<Fact>(fact));
    }

    /// Only if no `Claimed` has this key yet; otherwise the answer is `otherwise`. For unique barcodes, user names, …
    template <class Claimed, class Fact>
    auto claiming(std::string key, const Fact& fact, refusal otherwise) && -> decision&&
    {
        if constexpr (detail::records<Claimed, Fact>()) {
#ifndef NDEBUG
            Claimed{}.evolve(fact);  // if it fails, it fails here and not in the next command
#endif
            claims_.push_back({.stream = {std::string(Claimed::category), std::move(key)},
                               .event = facts::to_new_event(fact),
                               .otherwise = std::move(otherwise)});
        }
        return std::move(*this);
    }

    auto facts() const -> const std::vector<Event>& { return facts_; }
    auto claims() const -> const std::vector<claim>& { return claims_; }
    auto refused() const -> const std::optional<refusal>& { return refused_; }

private:
    std::vector<Event> facts_;
    std::vector<claim> claims_;
    std::optional<refusal> refused_;
};

/// A decision in stored form: without the types of the aggregate.
struct stored_decision {
    std::vector<eventstore::new_event> events;
    std::vector<claim> claims;
    std::optional<refusal> refused;

    auto writes() const -> bool { return !refused && !(events.empty() && claims.empty()); }
};

template <class Event>
auto stored(const decision<Event>& decided) -> stored_decision
{
    stored_decision result{.events = {}, .claims = decided.claims(), .refused = decided.refused()};
    for (const auto& fact : decided.facts()) result.events.push_back(facts::to_new_event(fact));
    return result;
}

}  // namespace annals::commands
