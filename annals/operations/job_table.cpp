// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/job_table.hpp>

namespace annals::operations {
namespace {

using eventstore::timestamp;
using libpq::parameters;
using libpq::result;

constexpr auto insert_job = R"sql(
    with placed as (
        insert into annals.jobs (verb, subject, asked_by, reason, arguments) values ($1, $2, $3, $4, $5::text::jsonb)
        returning id
    )
    select id, pg_notify('annals_jobs', '') from placed
)sql";

constexpr auto select_jobs = R"sql(
    select j.id, j.verb, j.subject, j.asked_by, j.reason, j.state, j.progress, j.message, j.asked_at, j.finished_at,
           coalesce(p.program || ' ' || p.host || ':' || p.pid, ''), j.arguments::text
    from (select * from annals.jobs j
          where ($1::bigint is null or j.id = $1) and (not $2 or j.state in ('waiting', 'taken'))
          order by j.id desc limit $3) j
    left join annals.processes p on p.id = j.taken_by
    order by j.id desc
)sql";

constexpr auto cancel_job = R"sql(
    update annals.jobs set state = 'cancelled', finished_at = clock_timestamp()
    where id = $1 and state in ('waiting', 'taken') returning id
)sql";

/// A process that has taken a job and has not been seen for ten seconds is lost; its job is begun again.
constexpr auto select_free = R"sql(
    select j.id from annals.jobs j
    where j.verb = any($1) and ($2::bigint is null or j.id = $2)
      and (j.state = 'waiting'
           or (j.state = 'taken' and j.taken_at < clock_timestamp() - interval '10 s'
               and not exists (select from annals.processes p
                               where p.id = j.taken_by and p.seen_at > clock_timestamp() - interval '10 s')))
    order by j.id
)sql";

/// Nothing when another process was faster.
constexpr auto claim_job = R"sql(
    update annals.jobs set state = 'taken', taken_by = $1, taken_at = clock_timestamp()
    where id = $2 and (state = 'waiting' or (state = 'taken' and taken_at < clock_timestamp() - interval '10 s'))
    returning id
)sql";

constexpr auto give_back_job =
    "update annals.jobs set state = 'waiting', taken_by = null, taken_at = null where id = $1 and state = 'taken'";

constexpr auto report_progress = "update annals.jobs set progress = $2 where id = $1 and state = 'taken'";

constexpr auto finish_job = R"sql(
    update annals.jobs set state = $2, message = $3, finished_at = clock_timestamp()
    where id = $1 and state = 'taken'
)sql";

auto to_jobs(const result& rows) -> std::vector<job>
{
    std::vector<job> all;
    for (int i = 0; i < rows.size(); ++i) {
        const auto text = [&](int column) { return rows.get<std::string>(i, column); };
        all.push_back({.number = rows.get<std::int64_t>(i, 0),
                       .verb = text(1),
                       .subject = text(2),
                       .asked_by = text(3),
                       .reason = text(4),
                       .state = text(5),
                       .progress = text(6),
                       .message = text(7),
                       .arguments = text(11),
                       .asked_at = rows.get<timestamp>(i, 8),
                       .finished_at = rows.find<timestamp>(i, 9),
                       .taken_by = text(10)});
    }
    return all;
}

auto select_with(std::optional<std::int64_t> number, bool only_open, int jobs_max) -> parameters
{
    return parameters::of(number, only_open, std::int64_t{jobs_max});
}

}  // namespace

auto job_table::place(const job& wanted) -> std::int64_t
{
    const auto values = parameters::of(wanted.verb, wanted.subject, wanted.asked_by, wanted.reason, wanted.arguments);
    return log_.query(insert_job, values).get<std::int64_t>(0, 0);
}

auto job_table::find(std::int64_t number) -> std::optional<job>
{
    auto found = to_jobs(log_.query(select_jobs, select_with(number, false, 1)));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

auto job_table::list(bool only_open, int jobs_max) -> std::vector<job>
{
    return to_jobs(log_.query(select_jobs, select_with({}, only_open, jobs_max)));
}

auto job_table::cancel(std::int64_t number) -> bool { return !log_.query(cancel_job, parameters::of(number)).empty(); }

auto job_table::take(const eventstore::uuid& process, const std::vector<std::string>& verbs,
                     std::optional<std::int64_t> only, const std::function<bool(const job&)>& accepts)
    -> std::optional<job>
{
    auto names = libpq::array::of<std::string_view>();
    for (const auto& verb : verbs) names.add(std::string_view(verb));
    const auto free = log_.query(select_free, parameters::of(std::move(names), only));
    for (int row = 0; row < free.size(); ++row) {
        const auto number = free.get<std::int64_t>(row, 0);
        if (accepts) {
            const auto offered = find(number);
            if (!offered || !accepts(*offered)) continue;
        }
        if (!log_.query(claim_job, parameters::of(process, number)).empty()) return find(number);
    }
    return std::nullopt;
}

void job_table::give_back(std::int64_t number) { log_.query(give_back_job, parameters::of(number)); }

void job_table::report(std::int64_t number, const std::string& progress)
{
    log_.query(report_progress, parameters::of(number, progress));
}

void job_table::finish(std::int64_t number, bool done, const std::string& message)
{
    log_.query(finish_job, parameters::of(number, std::string_view(done ? "done" : "failed"), message));
}

void job_table::listen() { log_.execute("listen annals_jobs"); }

}  // namespace annals::operations
