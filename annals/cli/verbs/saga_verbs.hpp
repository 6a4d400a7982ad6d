// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/exit_code.hpp>

#include <cstddef>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

/// The verbs of `sagas`, each below the group.
namespace annals::cli {

class session;

void add_saga_list(CLI::App& group, session&);
void add_saga_show(CLI::App& group, session&);
void add_saga_history(CLI::App& group, session&);
void add_saga_start(CLI::App& group, session&);
/// pause, resume, retry, skip, cancel, terminate and signal.
void add_saga_acts(CLI::App& group, session&);
void add_saga_stuck(CLI::App& group, session&);
void add_saga_clean(CLI::App& group, session&);
/// definitions and draw.
void add_saga_definitions(CLI::App& group, session&);
void add_saga_metrics(CLI::App& group, session&);

/// `verify --sagas`: of one type, or (empty) of all.
auto verify_sagas(session&, const std::string& type, std::size_t differences_max) -> app::exit_code;

}  // namespace annals::cli
