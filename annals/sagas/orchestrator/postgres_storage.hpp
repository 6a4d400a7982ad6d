// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/postgres/append/append_call.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/sagas/engine/saga_storage.hpp>

#include <pqxx/pqxx>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::sagas {

/// A saga could not be stored because another process owns its log, or has written its stream.
class not_owner : public eventstore::error {
public:
    explicit not_owner(const std::string& saga_type)
        : error("another process owns some of the sagas " + saga_type + " now", true)
    {}
};

/// The sagas of one type in PostgreSQL: those of the logs that this process owns. Facts, rows, timers and inputs change
/// in one transaction (`annals/migrations/0014_sagas.sql`). For one thread, but `look_again`.
class postgres_storage final : public saga_storage {
public:
    explicit postgres_storage(std::string saga_type) : type_(std::move(saga_type)) {}

    /// Uses this session from now on, as `processors::open_model_connection` opens it. It owns no log yet.
    void connect(pqxx::connection);
    void disconnect();
    auto is_connected() const -> bool { return link_ && link_->is_open(); }

    /// Owns exactly these logs from now on: raises the epochs of those that are new.
    void own(std::span<const processors::numbered_log>);
    auto owned() const -> std::vector<processors::numbered_log>;

    /// Something may have come, or be due: the next questions go to the database. Otherwise it is asked no more often
    /// than `look_every` says. From any thread.
    void look_again() { has_inputs_ = has_due_ = true; }
    void look_every(std::chrono::milliseconds pause) { look_every_ = pause; }

    auto owns(const std::string& saga_id) const -> bool override;
    auto find_version(int) -> std::shared_ptr<const plan> override;
    auto arrived(std::size_t starts_max, std::size_t others_max) -> std::vector<arrived_input> override;
    auto due(eventstore::timestamp now, std::size_t max) -> std::vector<std::string> override;
    auto unanswered() -> std::vector<std::string> override;
    auto active() -> std::size_t override;
    auto load(std::span<const std::string> ids) -> std::vector<std::vector<dated_fact>> override;
    void commit(std::span<const saga_change>, std::span<const taken_input>) override;

private:
    using clock = std::chrono::steady_clock;
    struct log_of_sagas {
        processors::numbered_log log;
        std::int64_t epoch = 0;
    };

    auto session() -> pqxx::connection&;
    auto log_numbers() const -> std::vector<int>;
    auto find_log(const std::string& saga_id) const -> const log_of_sagas*;
    auto log_of(const std::string& saga_id) const -> const log_of_sagas&;
    auto append_of(const saga_change&) const -> eventstore::stream_append;
    void store(pqxx::params rows, const std::vector<eventstore::postgres::routed_append>&);

    std::string type_;
    std::optional<pqxx::connection> link_;
    std::vector<log_of_sagas> logs_;
    int partitions_ = 0;
    std::atomic<bool> has_inputs_ = false, has_due_ = false;
    std::chrono::milliseconds look_every_{50};
    clock::time_point looked_at_, looked_for_due_at_;
};

}  // namespace annals::sagas
