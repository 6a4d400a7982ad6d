// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/operations/saga_table.hpp>
#include <annals/sagas/advance/plan.hpp>

#include <memory>
#include <string>

namespace annals::cli {

/// A saga as the command line names it. The type may be left out where the id says which one is meant.
struct saga_reference {
    std::string id, type;
};

/// `ID` and `--type`.
void add_reference(CLI::App& verb, saga_reference&);
void add_type(CLI::App& verb, std::string& type, const std::string& says);

/// The saga that is meant. Throws `failure` when there is none, or one of each of several types.
auto existing_saga(const session&, operations::saga_table&, const saga_reference&) -> operations::saga_row;

/// Throws `failure`, with the name that was probably meant, when no program has registered the type.
void check_saga_type(const session&, operations::saga_table&, const std::string& type);

/// The definition that a program has registered. Throws `failure` when there is no such version; without one it is the
/// newest.
auto registered_plan(const session&, operations::saga_table&, const std::string& type, std::optional<int> version = {})
    -> sagas::plan;

/// Throws `failure` when the definition has no such step.
void check_step(const sagas::plan&, const std::string& step);

}  // namespace annals::cli
