// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/activity_rows.hpp>

#include <algorithm>
#include <chrono>

namespace annals::cli {
namespace {

auto seconds(std::chrono::microseconds time) -> double { return std::chrono::duration<double>(time).count(); }

}  // namespace

activity_rows::activity_rows(session& session, pqxx::connection& models)
    : lags_(processors::lag(models, session.store())),
      rows_({"name", "version", "kind", "state", "events_behind", "seconds_behind", "failures", "since", "parked_keys",
             "parked_events", "reason"})
{
    pqxx::nontransaction tx(models);
    activities_ = processors::read_activities(tx);
}

void activity_rows::add(const processors::processor_id& id, const std::string& kind)
{
    const auto found = std::ranges::find(activities_, id, &processors::processor_activity::processor);
    const auto now = found != activities_.end() ? *found : processors::processor_activity{};
    const auto lag = std::ranges::find(lags_, id, &processors::processor_lag::processor);
    const bool has_lag = lag != lags_.end();
    rows_.add({id.name, id.version, kind, now.state, has_lag ? cell(lag->events) : cell{},
               has_lag ? cell(seconds(lag->age)) : cell{}, now.failures > 0 ? cell(now.failures) : cell{},
               now.since ? cell(eventstore::to_string(*now.since)) : cell{},
               now.parked_keys > 0 ? cell(now.parked_keys) : cell{},
               now.parked_events > 0 ? cell(now.parked_events) : cell{}, cell_of(now.reason)});
}

}  // namespace annals::cli
