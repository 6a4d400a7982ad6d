// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/back_off.hpp>
#include <annals/processors/log_numbers.hpp>
#include <annals/sagas/engine/engine.hpp>
#include <annals/sagas/orchestrator/child_sagas.hpp>
#include <annals/sagas/orchestrator/participant.hpp>
#include <annals/sagas/orchestrator/postgres_storage.hpp>
#include <annals/telemetry/repeated_problem.hpp>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace annals::sagas {

/// The way of answers to an engine: participants may answer when it is gone.
class answer_line {
public:
    explicit answer_line(engine& to) : to_(&to) {}
    void answer(const request&, outcome);
    void close();

private:
    std::mutex mutex_;
    engine* to_;                                   ///< null: closed
};

/// Hands requests to the participants that they are for.
class request_routes final : public request_sink {
public:
    request_routes(const participant_list&, std::shared_ptr<child_sagas>);

    void ask(request) override;
    /// Whether a service and its action are known.
    auto knows(const std::string& service, const std::string& action) const -> bool;
    /// Where answers go; before the first request.
    void answers_to(std::shared_ptr<answer_line> line) { line_ = std::move(line); }

private:
    std::map<std::string, std::shared_ptr<participant>> by_service_;
    std::shared_ptr<child_sagas> children_;
    std::shared_ptr<answer_line> line_;
};

/// One type of saga in this process: its thread. Works on the logs it is assigned; after a failure it tries again,
/// without limit. Public functions are thread-safe.
class saga_runner {
public:
    /// `log_dsn`: the database of the log and of the sagas.
    saga_runner(std::string log_dsn, saga_versions, const participant_list&, std::shared_ptr<child_sagas>,
                engine_settings);
    ~saga_runner();

    auto saga_type() const -> const std::string& { return type_; }
    /// `of`: how many logs there are.
    void assign(std::vector<processors::numbered_log>, std::size_t of);
    /// Whether another process has taken over a log since the last call. Nothing is assigned then.
    auto has_lost() -> bool { return has_lost_.exchange(false); }
    /// Something may have come for its sagas.
    void look_again();
    void request_stop() { thread_.request_stop(); }

private:
    void run(const std::stop_token&);
    auto work() -> bool;
    void wake();
    void wait(const std::stop_token&, std::chrono::milliseconds);
    void take_assignment();

    std::string dsn_;
    std::string type_;
    request_routes routes_;
    postgres_storage storage_;
    engine engine_;
    std::shared_ptr<answer_line> line_ = std::make_shared<answer_line>(engine_);
    telemetry::repeated_problem problem_{"sagas cannot be moved on; trying again"};
    eventstore::back_off back_off_{std::chrono::milliseconds(50), std::chrono::seconds(5)};
    std::chrono::steady_clock::time_point worked_at_;

    std::mutex mutex_;                             // guards these three
    std::vector<processors::numbered_log> assigned_;
    std::size_t logs_ = 0;
    bool is_told_ = false;
    std::condition_variable_any changed_;
    std::atomic<bool> has_lost_ = false;
    std::jthread thread_;                          // last: ends before what it uses
};

}  // namespace annals::sagas
