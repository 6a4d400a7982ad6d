// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace annals::sagas {

/// What one process may ask of a service at the same time.
struct service_limits {
    std::size_t in_flight_max = 1000;
    /// After so many attempts in a row that failed or were not answered, the service is left alone for `pause`; then
    /// one attempt shows whether it is back (a circuit breaker).
    int failures_max = 20;
    std::chrono::milliseconds pause{5'000};
};

/// Holds attempts back that a service has no room for. For one thread; knows the time only by being told.
class service_gate {
public:
    explicit service_gate(std::map<std::string, service_limits> limits = {}) : limits_(std::move(limits)) {}

    void set_time(eventstore::timestamp now) { now_ = now; }

    /// Takes a place for this attempt if there is one; otherwise the saga is told by `ready` when there is.
    auto enter(const std::string& service, const std::string& saga_id, const std::string& key) -> bool;
    /// Takes one in any case: for attempts that began elsewhere.
    void enter_again(const std::string& service, const std::string& key) { state_[service].in_flight.insert(key); }
    enum class how { answered, failed };
    void leave(const std::string& service, const std::string& key, how);
    void leave(const std::string& service, const std::string& key);

    /// Sagas that were held back, as many as there may be room for now.
    auto ready() -> std::vector<std::string>;
    auto is_waited_for() const -> bool;
    void forget() { state_.clear(); }

private:
    struct state {
        std::set<std::string> in_flight;
        std::vector<std::string> waiting;
        int failures = 0;
        eventstore::timestamp closed_until{};
    };

    auto limits_of(const std::string& service) const -> service_limits;
    auto room(const std::string& service, const state&) const -> std::size_t;

    std::map<std::string, service_limits> limits_;
    std::map<std::string, state> state_;
    eventstore::timestamp now_{};
};

}  // namespace annals::sagas
