// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/back_off.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/failure.hpp>
#include <annals/processors/model_sessions.hpp>
#include <annals/processors/processor_state.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace annals::processors {

/// Shared by the runners of a process.
struct runner_surroundings {
    std::string model_dsn;
    model_sessions& sessions;
    eventstore::store& store;
    feed& from;
    parking_limits parking = {};
};

/// One processor's thread in this process. Works on the logs it is assigned, and obeys the operator's switches. An
/// event whose content cannot be applied is parked with its key; it stops when too much is parked, at such an event
/// when its processor does not park, and when the log was restored. After any other failure it retries with a new
/// session, without limit. Has a session only while it has something to do. Public functions are thread-safe.
class runner {
public:
    runner(std::shared_ptr<processor>, runner_surroundings);

    auto of() const -> processor& { return *processor_; }

    using clock = std::chrono::steady_clock;

    void assign(std::vector<numbered_log>);

    /// The operator's switch, as it was read after `read_at`. It does no work before the first call.
    void obey(const processor_state&, clock::time_point read_at);

    /// The logs that another process has taken over since the last call; they are no longer assigned.
    auto take_lost() -> std::vector<numbered_log>;

    /// The result of its attempts; nothing before the first one, and after `forget_attempts`.
    auto attempts() const -> std::optional<failed_attempts>;
    void forget_attempts();

    /// Notes an error outside the runner that keeps it from getting its logs.
    void note_failure(const std::exception&);

    /// Asks it to end after the current batch; `cancel` makes the database cancel that batch.
    void request_stop();
    void cancel();
    auto has_stopped() const -> bool { return stopped_; }

private:
    void run(const std::stop_token&);
    void work(const std::stop_token&);
    auto assignment(const std::stop_token&) -> std::vector<numbered_log>;
    void connect();
    void give_back_session();
    void close_session();
    auto may_work() -> bool;
    void wait_for_log(const one_order::wait&, std::uint64_t changes_seen);
    auto carry_out_requests() -> bool;
    void settle_doubt();
    void give_up_everything();
    void halt(const std::exception&, std::optional<eventstore::log_id>, std::optional<eventstore::log_position>);
    void sleep(const std::stop_token&, std::chrono::milliseconds);
    void wait_and_try_again(const std::exception&, const std::stop_token&);
    void note_success();

    std::shared_ptr<processor> processor_;
    runner_surroundings surroundings_;

    mutable std::mutex mutex_;  // guards what others tell it and ask, and whether it has a session
    std::condition_variable_any changed_;
    std::vector<numbered_log> assigned_;
    std::vector<numbered_log> lost_;
    std::optional<processor_state> switched_;  // by the operator
    clock::time_point halted_at_;  // what was read before does not know it
    std::optional<failed_attempts> attempts_;
    bool has_said_more_ = false;  // that attempts keep failing
    batch_applier applier_;

    std::stop_token stop_;
    clock::time_point connected_at_;
    clock::time_point wait_noted_at_;
    processor_state state_;
    bool looks_for_requests_ = false;  ///< for parked keys: as long as there may be some
    bool in_doubt_ = false;
    eventstore::back_off back_off_{std::chrono::milliseconds(50), std::chrono::seconds(5)};
    bool said_why_ = false;  ///< whether the reason of the retries was logged
    std::atomic<bool> stopped_ = false;
    std::jthread thread_;  // last: ends before what it uses
};

}  // namespace annals::processors
