// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/engine/service_gate.hpp>

#include <algorithm>

namespace annals::sagas {

auto service_gate::limits_of(const std::string& service) const -> service_limits
{
    const auto found = limits_.find(service);
    return found == limits_.end() ? service_limits{} : found->second;
}

/// While a service fails, there is room for one attempt after each pause.
auto service_gate::room(const std::string& service, const state& of) const -> std::size_t
{
    const auto limits = limits_of(service);
    const auto free = limits.in_flight_max - std::min(limits.in_flight_max, of.in_flight.size());
    if (of.failures < limits.failures_max) return free;
    return now_ < of.closed_until ? 0 : std::min<std::size_t>(free, 1);
}

auto service_gate::enter(const std::string& service, const std::string& saga_id, const std::string& key) -> bool
{
    auto& of = state_[service];
    if (room(service, of) == 0) {
        if (std::ranges::find(of.waiting, saga_id) == of.waiting.end()) of.waiting.push_back(saga_id);
        return false;
    }
    of.in_flight.insert(key);
    const auto limits = limits_of(service);
    if (of.failures >= limits.failures_max) of.closed_until = now_ + limits.pause;
    return true;
}

void service_gate::leave(const std::string& service, const std::string& key, how ended)
{
    auto& of = state_[service];
    of.in_flight.erase(key);
    of.failures = ended == how::answered ? 0 : of.failures + 1;
    const auto limits = limits_of(service);
    if (of.failures == limits.failures_max) of.closed_until = now_ + limits.pause;
}

void service_gate::leave(const std::string& service, const std::string& key) { state_[service].in_flight.erase(key); }

auto service_gate::ready() -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (auto& [service, of] : state_) {
        const auto count = std::min(room(service, of), of.waiting.size());
        const auto end = of.waiting.begin() + static_cast<std::ptrdiff_t>(count);
        all.insert(all.end(), of.waiting.begin(), end);
        of.waiting.erase(of.waiting.begin(), end);
    }
    return all;
}

auto service_gate::is_waited_for() const -> bool
{
    return std::ranges::any_of(state_, [](const auto& one) { return !one.second.waiting.empty(); });
}

}  // namespace annals::sagas
