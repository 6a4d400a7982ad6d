// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/engine/saga_storage.hpp>
#include <tests/sagas/simulation/history.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace annals::sagas::simulation {

/// The connection broke: what was under way may have happened or not.
struct storage_trouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// Another process owns the saga.
struct fenced : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The database, in memory: the streams of one type of saga, its rows, what has arrived, and the epochs of its logs. A
/// saga whose id ends with an even digit is in log 0, any other one in log 1. Owners see it through `owned_sagas`.
class stored_sagas {
public:
    static constexpr std::size_t logs = 2;

    stored_sagas(std::shared_ptr<const plan> of, history& recorded) : plan_(std::move(of)), history_(recorded) {}

    struct saga {
        std::vector<dated_fact> facts;
        std::optional<eventstore::timestamp> due;
        instance now;
    };

    static auto log_of(const std::string& saga_id) -> std::size_t
    {
        return static_cast<std::size_t>(saga_id.back() - '0') % logs;
    }
    auto take_over(std::size_t log) -> int { return ++epochs_[log]; }
    void arrive(std::string saga_id, input, eventstore::timestamp at);

    auto all() const -> const std::map<std::string, saga>& { return sagas_; }
    auto waiting() const -> const std::vector<std::int64_t>& { return waiting_; }

    bool is_fenced = true;                         ///< false: a planted bug
    eventstore::timestamp time{};

private:
    friend class owned_sagas;

    void check(const saga_change&, const std::map<std::size_t, int>& held);
    void apply(const saga_change&);
    void take(const taken_input&);
    auto is_held(const std::string& saga_id, const std::map<std::size_t, int>& held) const -> bool;

    std::shared_ptr<const plan> plan_;
    history& history_;
    std::map<std::string, saga> sagas_;
    std::vector<std::int64_t> waiting_;            ///< the numbers of the arrivals that are not taken, in order
    int epochs_[logs] = {};
};

/// The part of it that one process owns, or believes to own.
class owned_sagas : public saga_storage {
public:
    enum class point { reading, before_commit, after_commit };

    /// `passes` is called at each point, and may throw.
    owned_sagas(stored_sagas& all, std::function<void(point)> passes) : all_(all), passes_(std::move(passes)) {}

    auto owns(const std::string& saga_id) const -> bool override { return is_mine(saga_id); }
    auto arrived(std::size_t starts_max, std::size_t others_max) -> std::vector<arrived_input> override;
    auto due(eventstore::timestamp now, std::size_t max) -> std::vector<std::string> override;
    auto unanswered() -> std::vector<std::string> override;
    auto active() -> std::size_t override;
    auto load(std::span<const std::string> ids) -> std::vector<std::vector<dated_fact>> override;
    void commit(std::span<const saga_change>, std::span<const taken_input>) override;

    auto next_due() const -> std::optional<eventstore::timestamp>;

    std::map<std::size_t, int> held;               ///< its logs, and their epochs when it took them

private:
    auto is_mine(const std::string& saga_id) const -> bool { return held.contains(stored_sagas::log_of(saga_id)); }

    stored_sagas& all_;
    std::function<void(point)> passes_;
};

}  // namespace annals::sagas::simulation
