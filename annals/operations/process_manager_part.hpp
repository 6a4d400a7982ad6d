// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/operations/process.hpp>
#include <annals/processors/worker.hpp>

namespace annals::operations {

/// The program's process managers as processors, known to the database from now on. Throws `invalid_request` when the
/// program's code sends a command that the program cannot carry out.
auto process_managers(app::context&) -> processors::processor_list;

/// Adds what carries out the commands of the program's process managers, if it has any. The context must outlive the
/// process.
void add_executor(process&, app::context&);

}  // namespace annals::operations
