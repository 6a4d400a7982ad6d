// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/exit_code.hpp>
#include <annals/cli/session.hpp>

namespace laboratory {

/// Starts `laboratory run` as a process of its own, processes some thousand samples, waits until the read models have
/// all events, and shows the results. Can be run many times: each time with new samples.
auto demo(annals::cli::session&) -> annals::app::exit_code;

}  // namespace laboratory
