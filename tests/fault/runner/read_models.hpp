// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/fault/runner/checked.hpp>
#include <tests/fault/runner/log_rows.hpp>

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>

namespace annals::fault_runs {

/// Rows by their keys, each as one text.
using model_rows = std::map<std::string, std::string>;
/// Whether the fold sees this event: it is applied, and is not parked.
using is_applied = std::function<bool(const log_row&)>;

/// A read model of a run: how to ask for its rows, and the fold that they must be, in code of this checker.
struct read_model {
    std::string name;
    std::vector<std::string> relations;      ///< in the schema `read`
    std::string query;                       ///< key and row; {} stands for the schema
    model_rows (*fold)(const whole_log&, const is_applied&);
};

auto all_read_models() -> std::span<const read_model>;

/// Of each read model: its rows are a fold of the log up to its checkpoints, without what is parked. All of it is
/// seen in one snapshot, so that it holds at every time, also while events arrive. `registered`: those to look at.
/// Throws `pqxx::failure` when the server is away.
auto check_models(pqxx::connection&, const std::set<std::string>& registered) -> std::vector<checked>;

/// A short text that is the same for the same rows.
auto digest_of(pqxx::connection&, const std::string& model) -> std::string;

}  // namespace annals::fault_runs
