// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/testing/on.hpp>
#include <annals/testing/reaction.hpp>

#include <concepts>
#include <string>
#include <utility>

namespace annals::testing {

/// A process manager with a past.
template <class Manager>
class managed {
public:
    /// What it does when this happens next. Facts alone are of the stream "S-1" of its first category.
    template <class... Facts>
    auto when(const Facts&... now) const -> reaction<Manager>
    {
        auto next = *this;
        next.now_.sent.clear();
        if constexpr ((true & ... & sees<Facts>())) next.take(now...);
        return std::move(next.now_);
    }

    /// What it does when an aggregate refuses a command; `key`: "S-1" unless the test says so.
    template <class Command>
    auto when(sagas::refused<Command> refused) const -> reaction<Manager>
    {
        constexpr bool listed = answers<Command>(std::type_identity<Manager>{});
        static_assert(listed, "annals: the process manager leaves this refusal to operators: it does not list the "
                              "command in `using refusals = std::variant<…>`");
        auto next = now_;
        next.sent.clear();
        if (refused.key.empty()) refused.key = "S-1";
        if constexpr (listed) note(next, refused.key, next.states[refused.key].react(refused));
        return next;
    }

    template <class... Pasts>
    void take(const Pasts&... pasts)
    {
        (all_.add(pasts), ...);
        for (const auto& event : all_.take_new()) take_event(event);
    }

    template <class Fact>
    static consteval auto sees() -> bool
    {
        constexpr bool any = std::same_as<Fact, past> || std::same_as<Fact, eventstore::new_event>;
        constexpr bool listed = any || facts::detail::may_be_stored<Fact, typename Manager::event>;
        static_assert(listed, "annals: the process manager does not list this event among its `event` alternatives, "
                              "and would never see it");
        return listed;
    }

private:
    template <class Command, class Of>
        requires requires { typename Of::refusals; }
    static consteval auto answers(std::type_identity<Of>) -> bool
    {
        return boost::mp11::mp_contains<typename Of::refusals, Command>::value;
    }
    template <class Command>
    static consteval auto answers(...) -> bool
    {
        return false;
    }

    void take_event(const eventstore::recorded_event& event)
    {
        detail::send_due(now_.deadlines, event.recorded_at);
        const auto take_fact = [&](const auto& fact) {
            for (const auto& key : facts::keys_of<Manager>(fact, event))
                note(now_, key, sagas::detail::take(now_.states[key], fact, event));
        };
        facts::for_each_fact<typename Manager::event>(event, take_fact);
    }

    static void note(reaction<Manager>& to, const std::string& key, const sagas::outgoing& sent)
    {
        for (const auto& one : sent.all()) {
            detail::note_deadline(to.deadlines, key, one);
            to.sent.push_back(one);
        }
    }

    detail::history all_{{Manager::header.categories.split().front(), "S-1"}};
    reaction<Manager> now_;
};

/// A process manager, without a database: `given<urgent_check>(past…).when(fact).then_sends(send<sample>(…))`. Past and
/// facts are given as for a view, with `on` and `at`. Deadlines that are due before a fact have been sent before it.
template <sagas::meant_as_process_manager Manager, class... Pasts>
    requires(!requires { Manager::category; })
auto given(const Pasts&... pasts) -> managed<Manager>
{
    managed<Manager> result;
    if constexpr (sagas::detail::is_process_manager<Manager>())
        if constexpr ((true & ... & managed<Manager>::template sees<Pasts>())) result.take(pasts...);
    return result;
}

}  // namespace annals::testing
