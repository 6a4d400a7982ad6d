// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/advance.hpp>
#include <annals/sagas/engine/request.hpp>
#include <annals/sagas/engine/saga_storage.hpp>
#include <annals/sagas/engine/service_gate.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// The versions of one type of saga. New sagas get the one that the program has.
struct saga_versions {
    std::map<int, std::shared_ptr<const plan>> all;
    int for_new = 1;
};

struct engine_settings {
    std::map<std::string, service_limits> services = {};
    std::size_t round_max = 256;                   ///< inputs that are decided on together
    double share = 1;  ///< of all sagas of the type: this part of `active_max` is its own
};

/// Moves the sagas of one type on. Each round takes what has come for many of them, decides in memory, and stores all
/// facts in one transaction. Only then participants are asked: the intent is durable before an effect, and the outcome
/// after it. It has no thread, no clock and no source of chance of its own.
class engine {
public:
    /// They must outlive it.
    engine(saga_versions, saga_storage&, request_sink&, std::function<double()> chance, engine_settings = {});

    /// An answer to a request, from any thread, any number of times. `arrives` is called after each.
    void answer(const request&, reply);
    void on_answer(std::function<void()> arrives) { arrives_ = std::move(arrives); }

    /// One round. Returns how many inputs it took: 0 when there is nothing to do now. After an exception, call
    /// `start_over`.
    auto round(eventstore::timestamp now) -> std::size_t;
    /// Forgets what it knows about the sagas. The next round asks again for all that is not answered: for the first
    /// round, after an exception, and when the process owns other sagas than before.
    void start_over();
    void set_share(double share) { settings_.share = share; }

private:
    struct work {
        std::string saga_id;
        input what;
        std::int64_t number = 0;  ///< of an arrived input; 0: it is not one
    };
    struct decision {
        instance saga;  ///< as it will be
        std::vector<dated_fact> facts;
        bool is_held_back = false;  ///< by a service that has no room
        bool was_active = false;  ///< before: started, and not over
    };
    using decided = std::map<std::string, decision>;

    void ask_again(eventstore::timestamp);
    void ask_again(std::span<const std::string> ids, eventstore::timestamp);
    void ask_again(const std::string& saga_id, const instance&, const plan&);
    auto gather(eventstore::timestamp) -> std::vector<work>;
    void load(const std::set<std::string>& sagas);
    auto plan_of(const instance&) const -> const plan&;
    auto plan_of(int version) -> const plan&;
    auto decide(const work&, decided&, eventstore::timestamp) -> std::optional<std::string>;
    void store(const decided&, const std::vector<taken_input>&, eventstore::timestamp);
    void keep(decided);
    void ask(const std::string& saga_id, const instance&, const plan&, const step_started&);
    void leave_gate(const work&, const plan&, const saga_fact&);
    void leave_gate(const std::string& saga_id, const plan&, const instance&);
    auto is_asked_again(const std::string& saga_id, const reply&) const -> bool;
    auto starts_max() const -> std::size_t;

    saga_versions versions_;
    saga_storage& storage_;
    request_sink& sink_;
    std::function<double()> chance_;
    engine_settings settings_;
    service_gate gate_;
    bool is_fresh_ = true;  ///< it did not ask again yet
    std::set<std::pair<std::string, int>> asked_again_;  ///< keys and attempts whose requests have copies
    std::size_t active_ = 0;
    std::map<std::string, instance> known_;

    std::mutex mutex_;  // guards the answers
    std::deque<work> answers_;
    std::function<void()> arrives_;
};

}  // namespace annals::sagas
