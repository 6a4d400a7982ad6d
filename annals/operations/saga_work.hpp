// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/operations/process.hpp>

#include <vector>

namespace annals::operations {

/// Adds the program's sagas to a process: it moves them on until the process stops. The context must outlive it. Throws
/// `invalid_request` when a definition is wrong or asks for what the program cannot do.
void add_sagas(process&, app::context&);

/// The versions of sagas that the program has, as its row in annals.processes shows them.
auto sagas_of(const app::context&) -> std::vector<process_subject>;

}  // namespace annals::operations
