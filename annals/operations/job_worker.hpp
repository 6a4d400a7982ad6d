// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/job_table.hpp>

#include <functional>
#include <map>
#include <stop_token>
#include <string>

namespace annals::operations {

/// Carries out a job and describes the result in one sentence; an exception is the reason why the job failed.
using job_action = std::function<std::string(const job&)>;

/// What a process can do, by the job's verb.
using job_actions = std::map<std::string, job_action>;

/// Carries out a job that was taken, and writes its result.
void carry_out(job_table&, const job&, const job_actions&);

/// Takes the jobs that this process can do, one after the other.
class job_worker {
public:
    /// `longer`: is given the table about once a second, to take jobs that do not end soon.
    job_worker(std::string dsn, const eventstore::uuid& process, job_actions,
               std::function<void(job_table&)> longer = {});

    /// Runs until asked to stop; waits for a database that is unreachable.
    void run(std::stop_token);

private:
    std::string dsn_;
    eventstore::uuid process_;
    job_actions actions_;
    std::vector<std::string> verbs_;
    std::function<void(job_table&)> longer_;
};

}  // namespace annals::operations
