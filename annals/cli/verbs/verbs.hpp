// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace annals::cli {

class session;

/// The groups of the first help screen, in its order; a verb names its own with `->group(…)`.
namespace group {
inline constexpr auto start_here = "Start here";
inline constexpr auto events = "Events";
inline constexpr auto read_models = "Read models";
inline constexpr auto what_follows = "What follows";
inline constexpr auto processes = "Processes";
}  // namespace group

/// All verbs, in the order in which help shows them. Each is `verbs/<verb>.cpp`: it adds a subcommand with its
/// options, and passes its work to `session.runs`.
void add_verbs(CLI::App&, session&);

void add_run(CLI::App&, session&);
void add_doctor(CLI::App&, session&);
void add_migrate(CLI::App&, session&);
void add_append(CLI::App&, session&);
void add_read(CLI::App&, session&);
void add_tail(CLI::App&, session&);
void add_import(CLI::App&, session&);
void add_categories(CLI::App&, session&);
void add_streams(CLI::App&, session&);
void add_events(CLI::App&, session&);
/// Only in programs with commands.
void add_command(CLI::App&, session&);
void add_aggregate(CLI::App&, session&);
/// The verbs that only this program has.
void add_own(CLI::App&, session&);
void add_projections(CLI::App&, session&);
void add_lag(CLI::App&, session&);
void add_parked(CLI::App&, session&);
void add_processors(CLI::App&, session&);
void add_verify(CLI::App&, session&);
void add_sagas(CLI::App&, session&);
void add_publish(CLI::App&, session&);
void add_work(CLI::App&, session&);
void add_outgoing(CLI::App&, session&);
void add_processes(CLI::App&, session&);
void add_jobs(CLI::App&, session&);
void add_config(CLI::App&, session&);

}  // namespace annals::cli
