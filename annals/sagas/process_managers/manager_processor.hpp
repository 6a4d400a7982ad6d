// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor_struct.hpp>
#include <annals/sagas/process_managers/manager_state.hpp>
#include <annals/sagas/process_managers/manager_states.hpp>
#include <annals/sagas/process_managers/outgoing_rows.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>

#include <exception>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace annals::sagas {

/// Runs a process manager that is a plain struct. A batch reads the states that it needs with one query, takes the
/// facts in memory, and writes the states and the commands in the transaction that moves the checkpoints.
template <class Manager>
class manager_processor final : public processors::processor {
    static_assert((void(detail::is_process_manager<Manager>()), true));   // it says what is missing

public:
    auto id() const -> processors::processor_id override { return id_of<Manager>(); }
    auto categories() const -> std::vector<std::string> override { return Manager::header.categories.split(); }

    /// Without a key of its own, and of one category, no two logs share a state.
    auto distribution() const -> processors::work_distribution override
    {
        const bool is_of_streams = !facts::detail::has_keys<Manager> && categories().size() == 1;
        return is_of_streams ? processors::work_distribution::by_log : processors::work_distribution::whole;
    }

    /// An event is parked when it cannot be read, and when the struct throws a `mismatch` or another error that is not
    /// retryable. Everything else that the struct throws is tried again.
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        std::map<std::string, Manager> states;
        const auto facts = decode(events, states);
        if (facts.empty()) return;
        load(tx, states);
        outgoing_rows rows(id());
        int number = 0;  // of the next command that the event leads to
        for (const eventstore::recorded_event* last = nullptr; const auto& one : facts) {
            if (std::exchange(last, one.at) != one.at) number = 0;
            number = take(one, rows, number);
        }
        store(tx, states);
        rows.write(tx);
    }

private:
    struct decoded {
        typename Manager::event fact;
        const eventstore::recorded_event* at;
        std::vector<std::pair<std::string, Manager*>> states;
    };

    static auto decode(std::span<const eventstore::recorded_event> events, std::map<std::string, Manager>& states)
        -> std::vector<decoded>
    {
        std::vector<decoded> all;
        for (const auto& event : events) {
            const auto note = [&]<class Fact>(Fact fact) {
                std::vector<std::pair<std::string, Manager*>> touched;
                for (auto& key : facts::keys_of<Manager>(fact, event)) touched.emplace_back(key, &states[key]);
                all.push_back({std::move(fact), &event, std::move(touched)});
            };
            facts::for_each_fact<typename Manager::event>(event, note);
        }
        return all;
    }

    auto take(const decoded& one, outgoing_rows& rows, int number) const -> int
    {
        try {
            for (const auto& [key, state] : one.states) {
                const auto act = [&](const auto& fact) { return detail::take(*state, fact, *one.at); };
                const auto sent = std::visit(act, one.fact);
                if (!sent.all().empty()) number = rows.add(cause_of(id(), *one.at, key), sent, number);
            }
            return number;
        } catch (const eventstore::error&) {
            throw;
        } catch (const std::exception& problem) {
            processors::detail::refuse_for_now(*one.at, problem);
        }
    }

    void load(pqxx::transaction_base& tx, std::map<std::string, Manager>& states) const
    {
        if constexpr (detail::has_state<Manager>) {
            std::vector<std::string> keys;
            for (const auto& [key, state] : states) keys.push_back(key);
            for (const auto& [key, stored] : manager_states(id()).load(tx, keys))
                states[key] = decode_state<Manager>(stored, key);
        }
    }

    void store(pqxx::transaction_base& tx, const std::map<std::string, Manager>& states) const
    {
        if constexpr (detail::has_state<Manager>) {
            std::map<std::string, std::string> changed;
            for (const auto& [key, state] : states) changed.emplace(key, encode_state(state, key));
            manager_states(id()).store(tx, changed);
        }
    }
};

}  // namespace annals::sagas
