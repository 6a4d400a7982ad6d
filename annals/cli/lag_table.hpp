// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/lag_reader.hpp>
#include <annals/cli/terminal/table.hpp>

#include <string>
#include <vector>

namespace annals::cli {

/// Rows of lag as data: a row each, also for people.
auto lag_table(const std::vector<lag_row>&, bool by_log) -> table;

/// The same with the trend and the time of the look, for programs.
auto lag_with_trend(const std::vector<lag_row>&, bool by_log) -> table;

/// The same for people who watch: what matters most stands left, since a narrow terminal cuts the right. The version
/// is shown only where a name has two.
auto lag_screen(const std::vector<lag_row>&, bool by_log) -> table;

/// The colour in which a terminal shows a row; empty: none.
auto colour_of(const lag_row&) -> std::string;

}  // namespace annals::cli
