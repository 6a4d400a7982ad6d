// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/saga_rows.hpp>

namespace annals::sagas {
namespace {

using eventstore::json;

auto text(const std::optional<eventstore::timestamp>& at) -> json
{
    return at ? json(eventstore::to_string(*at)) : json();
}

auto text_or_null(const std::string& one) -> json { return one.empty() ? json() : json(one); }

auto word(const track& of) -> std::string
{
    if (of.is_parked) return "parked";
    switch (of.now) {
        case track::state::waiting: return "waiting";
        case track::state::running: return "running";
        case track::state::retrying: return "retrying";
        case track::state::done: return "done";
        case track::state::failed: return "failed";
        case track::state::skipped: return "skipped";
    }
    return "unknown";
}

}  // namespace

auto state_row(const std::string& saga_id, const plan& of, const instance& saga, eventstore::timestamp changed_at)
    -> json
{
    auto current = json::array();
    for (std::size_t i = 0; i < of.size(); ++i) {
        const auto& step = saga.steps[i];
        const auto is_current = [](const track& one) { return one.is_in_flight() || one.is_parked; };
        if (!saga.is_over() && (is_current(step.forward) || is_current(step.backward))) current.push_back(of.at(i).id);
    }
    return {{"saga_type", of.of().name},
            {"saga_id", saga_id},
            {"status", facts::enum_name(saga.status())},
            {"current_steps", std::move(current)},
            {"started_at", text(saga.started_at)},
            {"completed_at", text(saga.ended_at)},
            {"error", text_or_null(saga.error)},
            {"definition_version", of.of().version},
            {"changed_at", eventstore::to_string(changed_at)},
            {"stream_version", saga.facts}};
}

auto step_row(const std::string& saga_id, const plan& of, const instance& saga, std::size_t i) -> json
{
    const auto& [forward, backward, may_have_effect, begun, result] = saga.steps[i];
    return {{"saga_type", of.of().name},
            {"saga_id", saga_id},
            {"step", of.at(i).id},
            {"place", i + 1},
            {"service", of.at(i).service},
            {"signal", text_or_null(of.at(i).signal)},
            {"status", word(forward)},
            {"attempts", forward.attempts},
            {"started_at", text(forward.started_at)},
            {"ended_at", text(forward.ended_at)},
            {"error", text_or_null(forward.error)},
            {"result", result},
            {"compensation", word(backward)},
            {"compensations", backward.attempts},
            {"compensating_since", text(backward.started_at)},
            {"compensated_at", text(backward.ended_at)},
            {"compensation_error", text_or_null(backward.error)}};
}

}  // namespace annals::sagas
