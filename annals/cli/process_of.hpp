// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>
#include <annals/operations/process.hpp>

namespace annals::cli {

/// A long-running process that tells a person which part of it cannot continue, and why. The session must outlive it.
auto process_of(session&) -> operations::process;

}  // namespace annals::cli
