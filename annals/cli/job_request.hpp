// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/operations/job_worker.hpp>

#include <functional>
#include <string>

namespace annals::cli {

/// Writes a job and waits until it is finished, showing its progress. When no process takes it within two seconds
/// and it is among `actions`, this process carries it out. Ctrl-C stops only the waiting; `jobs show` finds the job
/// again. Throws `failure` when the job failed.
auto request_job(const session&, operations::job, const operations::job_actions& actions) -> exit_code;

/// Does it in this process, and leaves a job for the record: who did it, when, why, and how it ended. `act` returns
/// what was done, for people.
void do_on_record(const session&, operations::job, const std::function<std::string()>& act);

/// `user@host`, as the record of administrative acts shows it.
auto who_asks() -> std::string;

}  // namespace annals::cli
