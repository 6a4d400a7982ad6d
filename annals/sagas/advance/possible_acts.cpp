// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/possible_acts.hpp>

#include <annals/sagas/advance/advance.hpp>

namespace annals::sagas {

auto possible_acts(const plan& of, const instance& saga) -> std::vector<possible_act>
{
    const moment whenever{
        .now = {}, .chance = [] { return 0.0; }, .may_start = [](const auto&, auto) { return false; }};
    std::vector<possible_act> all;
    const auto offer = [&](std::string verb, const std::string& what, const input& one) {
        if (advance(of, saga, one, whenever)) all.push_back({std::move(verb), what});
    };
    for (const auto& one : of.of().steps) offer("retry", one.id, retry{one.id, {}});
    for (const auto& one : of.of().steps) {
        if (!one.signal.empty()) offer("signal", one.signal, signal{one.signal, {}, {}});
        offer("skip", one.id, skip{one.id, {}});
    }
    offer("resume", {}, resume{});
    offer("pause", {}, pause{});
    offer("cancel", {}, cancel{});
    offer("terminate", {}, terminate{});
    return all;
}

}  // namespace annals::sagas
