// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/job_worker.hpp>
#include <annals/processors/processor.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

namespace annals::operations {

inline constexpr auto pause_projection = "pause projection";
inline constexpr auto resume_projection = "resume projection";

/// The versions of a projection, or of another processor, that can be switched. Throws `failure`, with the name that
/// was probably meant, when there is none.
auto versions_of(pqxx::transaction_base&, const std::string& log_dsn, const std::string& name)
    -> std::vector<processors::processor_id>;

/// Pausing and resuming all versions of a projection, as jobs. Any program can do it: the switch is a row in the
/// read models' database, which every worker obeys within about a second.
auto projection_switches(const std::string& log_dsn, const std::string& model_dsn) -> job_actions;

}  // namespace annals::operations
