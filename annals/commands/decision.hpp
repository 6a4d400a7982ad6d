// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/claim.hpp>

#include <concepts>
#include <initializer_list>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace annals::commands {

/// The result of a command: `{}` nothing, one fact, `{a{}, b{}}` several, a range of facts, or `refuse("why")`.
template <class Event>
class decision {
public:
    decision() = default;
    decision(refusal why) : refused_(std::move(why)) {}
    decision(std::initializer_list<Event> facts) : facts_(facts) {}

    template <class Fact>
        requires(!std::same_as<std::remove_cvref_t<Fact>, decision> && std::constructible_from<Event, Fact>)
    decision(Fact&& fact)
    {
        facts_.emplace_back(std::forward<Fact>(fact));
    }

    template <std::ranges::input_range Facts>
        requires(!std::constructible_from<Event, Facts>
                 && std::constructible_from<Event, std::ranges::range_reference_t<Facts>>)
    decision(Facts&& facts)
    {
        for (auto&& fact : facts) facts_.emplace_back(std::forward<decltype(fact)>(fact));
    }

    /// One more fact. A decision that refuses still refuses.
    template <class Fact>
    auto operator+=(Fact&& fact) -> decision&
    {
        constexpr bool known = std::constructible_from<Event, Fact>;
        static_assert(known, "annals: the aggregate does not have this event among its `event` alternatives");
        if constexpr (known) facts_.emplace_back(std::forward<Fact>(fact));
        return *this;
    }

    /// Only if the `Claimed` with this key is free; otherwise the answer is `otherwise`. For what only one may have:
    /// barcodes, user names, …
    template <class Claimed, class Fact>
    auto claiming(std::string key, const Fact& fact, refusal otherwise) & -> decision&
    {
        if constexpr (detail::records<Claimed, Fact>())
            claims_.push_back(claim_of<Claimed>(std::move(key), fact, std::move(otherwise)));
        return *this;
    }
    template <class Claimed, class Fact>
    auto claiming(std::string key, const Fact& fact, refusal otherwise) && -> decision&&
    {
        return std::move(this->template claiming<Claimed>(std::move(key), fact, std::move(otherwise)));
    }

    /// Gives a claim back; records nothing there when it is free already. Only the aggregate that claimed it should:
    /// its own state says whether it has it.
    template <class Claimed, class Fact>
    auto releasing(std::string key, const Fact& fact) & -> decision&
    {
        if constexpr (detail::releases<Claimed, Fact>())
            claims_.push_back(claim_of<Claimed>(std::move(key), fact, std::nullopt));
        return *this;
    }
    template <class Claimed, class Fact>
    auto releasing(std::string key, const Fact& fact) && -> decision&&
    {
        return std::move(this->template releasing<Claimed>(std::move(key), fact));
    }

    auto facts() const -> const std::vector<Event>& { return facts_; }
    /// Those taken and those given back, in the order in which they are.
    auto claims() const -> const std::vector<claim>& { return claims_; }
    auto refused() const -> const std::optional<refusal>& { return refused_; }

private:
    std::vector<Event> facts_;
    std::vector<claim> claims_;
    std::optional<refusal> refused_;
};

/// A decision in stored form: without the types of the aggregate.
struct stored_decision {
    std::vector<eventstore::new_event> events = {};
    std::vector<claim> claims = {};
    std::optional<refusal> refused = {};

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
