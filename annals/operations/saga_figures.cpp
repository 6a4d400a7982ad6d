// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/saga_figures.hpp>

namespace annals::operations {
namespace {

constexpr auto select_counts = R"sql(
    select d.saga_type, coalesce(s.status, ''), count(s.saga_id)
    from (select distinct saga_type from annals.saga_definitions) d left join annals.saga_states s using (saga_type)
    group by d.saga_type, s.status order by d.saga_type, s.status
)sql";

constexpr auto select_active = R"sql(
    select count(*) from annals.saga_states
    where completed_at is null
)sql";

/// Steps of sagas that are over for more than an hour cannot have ended since.
constexpr auto select_durations = R"sql(
    select saga_type, step, count(*), sum(us)::bigint, percentile_cont(0.5) within group (order by us)::bigint,
           percentile_cont(0.9) within group (order by us)::bigint,
           percentile_cont(0.99) within group (order by us)::bigint
    from (select e.saga_type, e.step, extract(epoch from e.ended_at - e.started_at)::float8 * 1e6 as us
          from annals.saga_states s join annals.saga_steps e using (saga_type, saga_id)
          where (s.completed_at > statement_timestamp() - interval '1 h' or s.completed_at is null)
            and e.status = 'done' and e.ended_at > clock_timestamp() - interval '1 h') done
    group by saga_type, step order by saga_type, step
)sql";

}  // namespace

auto count_sagas(libpq::connection& log) -> std::vector<saga_count>
{
    const auto found = log.query(select_counts);
    std::vector<saga_count> all;
    for (int i = 0; i < found.size(); ++i)
        all.push_back({found.get<std::string>(i, 0), found.get<std::string>(i, 1), found.get<std::int64_t>(i, 2)});
    return all;
}

auto count_active_sagas(libpq::connection& log) -> std::int64_t
{
    return log.query(select_active).get<std::int64_t>(0, 0);
}

auto recent_durations(libpq::connection& log) -> std::vector<step_durations>
{
    const auto found = log.query(select_durations);
    std::vector<step_durations> all;
    for (int i = 0; i < found.size(); ++i) {
        const auto time = [&](int column) { return std::chrono::microseconds{found.get<std::int64_t>(i, column)}; };
        all.push_back({.type = found.get<std::string>(i, 0),
                       .step = found.get<std::string>(i, 1),
                       .steps = found.get<std::int64_t>(i, 2),
                       .sum = time(3),
                       .median = time(4),
                       .p90 = time(5),
                       .p99 = time(6)});
    }
    return all;
}

}  // namespace annals::operations
