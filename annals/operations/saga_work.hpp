// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/operations/process.hpp>

namespace annals::operations {

/// Adds the program's sagas to a process: it moves them on until the process stops. The context must outlive it. Throws
/// `invalid_request` when a definition is wrong or asks for what the program cannot do.
void add_sagas(process&, app::context&);

}  // namespace annals::operations
