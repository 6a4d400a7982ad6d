// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/stuck_sagas.hpp>

namespace annals::operations {
namespace {

using eventstore::timestamp;
using libpq::parameters;

/// `asked_at`: of the oldest request that nobody has taken.
constexpr auto select_stuck = R"sql(
    with active as (
        select s.saga_type, s.saga_id, s.status, s.current_steps, s.changed_at, coalesce(s.error, '') as error,
               t.due_at,
               (select min(i.asked_at) from annals.saga_inputs i
                where i.saga_type = s.saga_type and i.saga_id = s.saga_id and i.taken_at is null
                  and i.kind <> 'start') as asked_at,
               clock_timestamp() - $1::bigint * interval '1 ms' as until
        from annals.saga_states s left join annals.saga_timers t using (saga_type, saga_id)
        where s.completed_at is null
    )
    select saga_type, saga_id, status, current_steps, changed_at, error, due_at, asked_at, clock_timestamp()
    from active
    where status = 'parked' or asked_at < until
       or (changed_at < until and status <> 'paused'
           and (status = 'pending' or current_steps = '{}' or due_at is null or due_at < until))
    order by changed_at limit $2
)sql";

constexpr auto select_unheard = R"sql(
    select saga_type, count(*), min(asked_at) from annals.saga_inputs
    where taken_at is null and asked_at < clock_timestamp() - interval '1 min'
    group by saga_type order by saga_type
)sql";

struct signs {
    std::string error;
    std::optional<timestamp> due_at, asked_at;
    bool is_run = true;
};

void explain(stuck_saga& of, const signs& seen, const saga_runners& runners, const std::string& program)
{
    const auto look = "see: " + program + " sagas show " + of.id;
    of.to_do = look;
    if (!seen.is_run) {
        of.reason = runners.why_not(of.type);
        of.to_do = "start it; it then goes on by itself";
    } else if (of.is_parked()) {
        of.reason = seen.error;
        of.to_do = "fix the cause, then: " + program + " sagas retry " + of.id + "; or skip the step";
    } else if (seen.asked_at) {
        of.reason = "a request has not been answered since " + eventstore::to_string(*seen.asked_at);
    } else if (of.status == "pending") {
        of.reason = "no process has begun it: as many are active as its definition allows (active_max)";
        of.to_do = "see which ones: " + program + " sagas list --type " + of.type;
    } else if (of.current_steps.empty()) {
        of.reason = "a step could begin and has not: its service has no room, or answers nothing";
    } else {
        of.reason = "its time has come" + (seen.due_at ? " at " + eventstore::to_string(*seen.due_at) : std::string())
                    + ", and nothing was done";
    }
}

}  // namespace

auto find_stuck_sagas(libpq::connection& log, const saga_runners& runners, const std::string& program,
                      std::chrono::milliseconds for_at_least, std::int64_t sagas_max) -> std::vector<stuck_saga>
{
    const auto found =
        log.query(select_stuck, parameters::of(static_cast<std::int64_t>(for_at_least.count()), sagas_max));
    std::vector<stuck_saga> all;
    for (int i = 0; i < found.size(); ++i) {
        stuck_saga one{.type = found.get<std::string>(i, 0),
                       .id = found.get<std::string>(i, 1),
                       .status = found.get<std::string>(i, 2),
                       .current_steps = found.list<std::string>(i, 3),
                       .changed_at = found.get<timestamp>(i, 4),
                       .seen_at = found.get<timestamp>(i, 8),
                       .reason = {},
                       .to_do = {}};
        explain(one,
                {.error = found.get<std::string>(i, 5),
                 .due_at = found.find<timestamp>(i, 6),
                 .asked_at = found.find<timestamp>(i, 7),
                 .is_run = runners.is_run(one.type)},
                runners, program);
        all.push_back(std::move(one));
    }
    return all;
}

auto find_unheard_types(libpq::connection& log, const saga_runners& runners) -> std::vector<unheard_type>
{
    const auto found = log.query(select_unheard);
    std::vector<unheard_type> all;
    for (int i = 0; i < found.size(); ++i)
        if (auto type = found.get<std::string>(i, 0); !runners.is_run(type))
            all.push_back({std::move(type), found.get<std::int64_t>(i, 1), found.get<timestamp>(i, 2)});
    return all;
}

}  // namespace annals::operations
