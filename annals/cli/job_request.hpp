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

/// Does something in this process, and leaves a job for the record: who did it, when and why, and what it came to
/// (what `act` returns). Returns that, too. Throws what `act` throws.
auto do_on_record(const session&, operations::job, const std::function<std::string()>& act) -> std::string;

/// Prints what a finished job says; throws `failure` when it was not done.
auto finished(const session&, const operations::job&) -> exit_code;

/// `user@host`, as the record of administrative acts shows it.
auto who_asks() -> std::string;

}  // namespace annals::cli
