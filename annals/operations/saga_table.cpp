// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_table.hpp>

#include <algorithm>

namespace annals::operations {
namespace {

using eventstore::timestamp;
using libpq::parameters;
using libpq::result;

/// Sagas that are not over and those that are have a partial index each.
constexpr auto select_sagas = R"sql(
    with found as (
        (select * from annals.saga_states s
         where $4 and s.completed_at is null
           and ($1 = '' or s.saga_type = $1) and s.status = any ($2)
         order by s.started_at desc limit $3)
        union all
        (select * from annals.saga_states s
         where $5 and s.completed_at is not null and ($1 = '' or s.saga_type = $1) and s.status = any ($2)
         order by s.completed_at desc limit $3)
    )
    select saga_type, saga_id, status, current_steps, started_at, changed_at, completed_at, coalesce(error, ''),
           context::text, started_by, coalesce((parent ->> 'saga_type') || '/' || (parent ->> 'saga_id'), ''),
           definition_version, stream_version, clock_timestamp()
    from found order by completed_at is not null, coalesce(completed_at, started_at) desc, saga_type, saga_id limit $3
)sql";

constexpr auto select_by_id = R"sql(
    select saga_type, saga_id, status, current_steps, started_at, changed_at, completed_at, coalesce(error, ''),
           context::text, started_by, coalesce((parent ->> 'saga_type') || '/' || (parent ->> 'saga_id'), ''),
           definition_version, stream_version, clock_timestamp()
    from annals.saga_states where saga_id = $1 and ($2 = '' or saga_type = $2) order by saga_type
)sql";

constexpr auto select_steps = R"sql(
    select step, service, coalesce(result::text, ''), status, attempts, started_at, ended_at, coalesce(error, ''),
           compensation, compensations, compensating_since, compensated_at, coalesce(compensation_error, '')
    from annals.saga_steps where saga_type = $1 and saga_id = $2 order by place
)sql";

constexpr auto select_due = "select due_at from annals.saga_timers where saga_type = $1 and saga_id = $2";

constexpr auto may_see_requests = "select has_table_privilege('annals.saga_inputs', 'select')";
constexpr auto select_requests = R"sql(
    select number, kind, input::text, asked_at, taken_at, coalesce(refusal, '')
    from annals.saga_inputs where saga_type = $1 and saga_id = $2 and kind not in ('start', 'reply', 'undo')
    order by number
)sql";

constexpr auto select_definitions = R"sql(
    select d.saga_type, d.version, d.definition::text, d.registered_at, coalesce(s.active, 0)
    from annals.saga_definitions d
    left join (select saga_type, definition_version, count(*) as active from annals.saga_states
               where completed_at is null
               group by saga_type, definition_version) s
        on s.saga_type = d.saga_type and s.definition_version = d.version
    order by d.saga_type, d.version
)sql";

auto to_rows(const result& found) -> std::vector<saga_row>
{
    std::vector<saga_row> all;
    for (int i = 0; i < found.size(); ++i) {
        const auto text = [&](int column) { return found.get<std::string>(i, column); };
        all.push_back({.type = text(0),
                       .id = text(1),
                       .status = text(2),
                       .current_steps = found.list<std::string>(i, 3),
                       .started_at = found.get<timestamp>(i, 4),
                       .changed_at = found.get<timestamp>(i, 5),
                       .completed_at = found.find<timestamp>(i, 6),
                       .error = text(7),
                       .context = text(8),
                       .started_by = text(9),
                       .parent = text(10),
                       .definition_version = found.get<std::int32_t>(i, 11),
                       .stream_version = found.get<std::int64_t>(i, 12),
                       .seen_at = found.get<timestamp>(i, 13)});
    }
    return all;
}

/// The five columns from this one on.
auto track_at(const result& found, int row, int column) -> saga_track
{
    return {.status = found.get<std::string>(row, column),
            .attempts = found.get<std::int32_t>(row, column + 1),
            .started_at = found.find<timestamp>(row, column + 2),
            .ended_at = found.find<timestamp>(row, column + 3),
            .error = found.get<std::string>(row, column + 4)};
}

}  // namespace

auto active_statuses() -> const std::vector<std::string>&
{
    static const std::vector<std::string> all{"pending", "running", "paused", "compensating", "parked"};
    return all;
}

auto ended_statuses() -> const std::vector<std::string>&
{
    static const std::vector<std::string> all{"completed", "compensated", "timed_out", "cancelled", "failed"};
    return all;
}

auto saga_table::list(const saga_selection& wanted) -> std::vector<saga_row>
{
    auto statuses = libpq::array::of<std::string_view>();
    const auto wants = [&](const std::string& one) {
        return wanted.statuses.empty() || std::ranges::find(wanted.statuses, one) != wanted.statuses.end();
    };
    for (const auto* of : {&active_statuses(), &ended_statuses()})
        for (const auto& one : *of)
            if (wants(one)) statuses.add(std::string_view(one));
    return to_rows(log_.query(select_sagas, parameters::of(wanted.type, std::move(statuses), wanted.limit,
                                                           std::ranges::any_of(active_statuses(), wants),
                                                           std::ranges::any_of(ended_statuses(), wants))));
}

auto saga_table::find(const std::string& id, const std::string& type) -> std::vector<saga_row>
{
    return to_rows(log_.query(select_by_id, parameters::of(id, type)));
}

auto saga_table::steps(const std::string& type, const std::string& id) -> std::vector<saga_step_row>
{
    const auto found = log_.query(select_steps, parameters::of(type, id));
    std::vector<saga_step_row> all;
    for (int i = 0; i < found.size(); ++i)
        all.push_back({.step = found.get<std::string>(i, 0),
                       .service = found.get<std::string>(i, 1),
                       .result = found.get<std::string>(i, 2),
                       .forward = track_at(found, i, 3),
                       .backward = track_at(found, i, 8)});
    return all;
}

auto saga_table::due(const std::string& type, const std::string& id) -> std::optional<timestamp>
{
    const auto found = log_.query(select_due, parameters::of(type, id));
    return found.empty() ? std::nullopt : found.find<timestamp>(0, 0);
}

auto saga_table::requests(const std::string& type, const std::string& id)
    -> std::optional<std::vector<saga_request_row>>
{
    if (!log_.query(may_see_requests).get<bool>(0, 0)) return std::nullopt;
    const auto found = log_.query(select_requests, parameters::of(type, id));
    std::vector<saga_request_row> all;
    for (int i = 0; i < found.size(); ++i)
        all.push_back({.number = found.get<std::int64_t>(i, 0),
                       .kind = found.get<std::string>(i, 1),
                       .input = found.get<std::string>(i, 2),
                       .asked_at = found.get<timestamp>(i, 3),
                       .taken_at = found.find<timestamp>(i, 4),
                       .refusal = found.get<std::string>(i, 5)});
    return all;
}

auto saga_table::definitions() -> std::vector<saga_definition_row>
{
    const auto found = log_.query(select_definitions);
    std::vector<saga_definition_row> all;
    for (int i = 0; i < found.size(); ++i)
        all.push_back({.type = found.get<std::string>(i, 0),
                       .version = found.get<std::int32_t>(i, 1),
                       .definition = found.get<std::string>(i, 2),
                       .registered_at = found.get<timestamp>(i, 3),
                       .active = found.get<std::int64_t>(i, 4)});
    return all;
}

auto saga_table::types() -> std::vector<std::string>
{
    const auto found = log_.query("select distinct saga_type from annals.saga_definitions order by saga_type");
    std::vector<std::string> all;
    for (int i = 0; i < found.size(); ++i) all.push_back(found.get<std::string>(i, 0));
    return all;
}

}  // namespace annals::operations
