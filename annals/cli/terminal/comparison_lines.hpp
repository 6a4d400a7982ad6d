// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/terminal/terminal.hpp>
#include <annals/projections/rebuild/comparison.hpp>

#include <string>

namespace annals::cli {

/// What a comparison of two versions showed. For people a line for each table, then the first rows that differ; for
/// programs a JSON object for each table. `old` and `fresh`: what the two are called.
void print_comparison(const terminal&, const projections::rebuild::comparison&, const std::string& old,
                      const std::string& fresh);

/// For programs, as a part of another answer: the same objects in an array.
auto as_json(const projections::rebuild::comparison&) -> json_text;

}  // namespace annals::cli
