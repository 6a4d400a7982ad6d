// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/job_worker.hpp>
#include <annals/projections/sql/sql_file.hpp>

#include <pqxx/pqxx>

#include <string>
#include <vector>

/// Files of SQL projections that analysts propose and an owner applies: jobs that no process takes by itself.
namespace annals::operations {

inline constexpr auto apply_projection = "apply projection";

struct proposal {
    job what;                                ///< its subject is the projection; asked by a user of the database
    std::string text;                        ///< the file's
};

/// Returns the job's number. The database writes down which user it was.
auto propose(const std::string& log_dsn, const projections::sql_file&, const std::string& reason) -> std::int64_t;

/// What was proposed and what has become of it, the newest first. For analysts, owners and auditors.
auto read_proposals(const std::string& log_dsn) -> std::vector<proposal>;

/// Applies this text, as a job. Throws as `registry::apply`.
auto applying(const std::string& model_dsn, const std::string& text) -> job_actions;

/// The names under which analysts find a projection, as written in a query: `read.orders, read."Days"`.
auto names_in_read(pqxx::transaction_base&, const std::vector<std::string>& shows) -> std::string;

}  // namespace annals::operations
