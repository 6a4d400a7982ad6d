// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/uuid.hpp>
#include <annals/libpq/connection.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace annals::operations {

/// An operator's request: a verb such as `pause projection`, and its subject.
struct job {
    std::int64_t number = 0;
    std::string verb, subject, asked_by, reason;
    std::string state = "waiting";           ///< then taken, and at the end done, failed or cancelled
    std::string progress, message;
    std::string arguments = "{}";            ///< a JSON object: what else it needs, or did
    eventstore::timestamp asked_at{};
    std::optional<eventstore::timestamp> finished_at;
    std::string taken_by;                    ///< `program host:pid`, as far as known

    auto is_open() const -> bool { return state == "waiting" || state == "taken"; }
};

/// The table annals.jobs: the requests, by whom and why, and their results. For one thread at a time.
class job_table {
public:
    explicit job_table(const std::string& dsn) : log_(dsn, "jobs") {}

    /// Writes a job (verb, subject, arguments, asked_by and reason are used) and notifies the processes; returns its
    /// number.
    auto place(const job&) -> std::int64_t;
    auto find(std::int64_t number) -> std::optional<job>;
    /// The newest first.
    auto list(bool only_open, int jobs_max) -> std::vector<job>;
    /// False when it is finished already.
    auto cancel(std::int64_t number) -> bool;

    /// The oldest job with one of these verbs that is waiting, or was taken by a process that was lost; `only`:
    /// just that one; `accepts`: false where the caller cannot do it.
    auto take(const eventstore::uuid& process, const std::vector<std::string>& verbs,
              std::optional<std::int64_t> only = {}, const std::function<bool(const job&)>& accepts = {})
        -> std::optional<job>;
    /// Lets another process take it.
    void give_back(std::int64_t number);
    void report(std::int64_t number, const std::string& progress);
    void finish(std::int64_t number, bool done, const std::string& message);

    /// From now on `wait` returns early when a job is placed.
    void listen();
    void wait(std::chrono::milliseconds timeout)
    {
        log_.wait_for_notification(std::chrono::steady_clock::now() + timeout);
    }

private:
    libpq::connection log_;
};

}  // namespace annals::operations
