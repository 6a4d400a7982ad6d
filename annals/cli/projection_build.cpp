// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/projection_build.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>
#include <annals/projections/rebuild/build_progress.hpp>
#include <annals/projections/rebuild/meeting.hpp>
#include <annals/projections/rebuild/version_comparison.hpp>

namespace annals::cli {

using namespace std::chrono_literals;

namespace {

/// So near to the end it comes to the live version within milliseconds.
constexpr std::int64_t nearly_there = 500;
constexpr auto look_every = 100ms;

/// A version that has stopped goes on only when somebody resumes it.
void refuse_stopped(const session& session, pqxx::connection& model, const operations::version_pair& of)
{
    pqxx::nontransaction tx(model);
    const auto state = processors::read_state(tx, of.built.id);
    if (state.is == processors::activity::running) return;
    throw failure(name_of(of) + " is " + to_string(state.is) + ": " + state.reason,
                  session.program() + " projections resume " + of.built.id.name + "; then begin again, it goes on");
}

}  // namespace

auto name_of(const operations::version_pair& of) -> std::string
{
    return to_string(of.live.id) + (of.is_copy() ? ", built again" : "");
}

auto wait_until_built(const session& session, eventstore::store& store, operations::version_pair& of,
                      operations::requested_build& build, const std::stop_token& stop) -> bool
{
    auto model = processors::open_model_connection(session.configuration().read_dsn(), "rebuild");
    projections::rebuild::lift_bounds(model, of.built.id);
    const auto label = "building " + projections::original_name(of.built.id.name);
    auto come = projections::rebuild::progress_of(model, store, of.built);
    auto bar = session.terminal().progress(label, come.total);
    while (!stop.stop_requested()) {
        build.look();
        const bool is_there = of.built.id.registration != 0;
        if (is_there) refuse_stopped(session, model, of);
        else operations::learn_registration(model, of);
        come = projections::rebuild::progress_of(model, store, of.built);
        bar.advance_to(come.applied);
        if (is_there && come.total - come.applied <= nearly_there) return true;
        eventstore::pause(stop, look_every);
    }
    return false;
}

auto compare_with_notes(const session& session, const operations::version_pair& of, std::size_t differences_max)
    -> projections::rebuild::comparison
{
    auto bar = session.terminal().progress("comparing", 0);
    const auto before = [&](const std::string& table) { bar.advance_to(0, table); };
    return projections::rebuild::compare_versions(session.configuration().read_dsn(), of, differences_max, before);
}

}  // namespace annals::cli
