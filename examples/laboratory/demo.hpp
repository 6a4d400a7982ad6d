// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/exit_code.hpp>
#include <cli/session.hpp>

namespace laboratory {

/// Starts `laboratory run` as a process of its own, sends some thousand samples through their lives, waits until the
/// read models have all of it, and shows what came out. Can be run again and again: each time with new samples.
auto demo(annals::cli::session&) -> annals::cli::exit_code;

}  // namespace laboratory
