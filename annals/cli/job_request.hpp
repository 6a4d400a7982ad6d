// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/operations/job_worker.hpp>

#include <string>

namespace annals::cli {

/// Writes a job and waits until it is finished, showing its progress. When no process takes it within two seconds
/// and it is among `actions`, this process carries it out. Ctrl-C stops only the waiting; `jobs show` finds the job
/// again. Throws `failure` when the job failed.
auto request_job(const session&, operations::job, const operations::job_actions& actions) -> exit_code;

/// Prints what a finished job says; throws `failure` when it was not done.
auto finished(const session&, const operations::job&) -> exit_code;

/// `user@host`, as the record of administrative acts shows it.
auto who_asks() -> std::string;

}  // namespace annals::cli
