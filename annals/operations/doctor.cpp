// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/doctor.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/read_only.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/migrations/migrate.hpp>
#include <annals/operations/housekeeping.hpp>
#include <annals/operations/outgoing_findings.hpp>
#include <annals/operations/presence.hpp>
#include <annals/operations/privilege_findings.hpp>
#include <annals/operations/projection_findings.hpp>
#include <annals/operations/rights.hpp>
#include <annals/operations/saga_findings.hpp>
#include <annals/operations/topic_findings.hpp>
#include <annals/processors/lag.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>

namespace annals::operations {
namespace {

using libpq::connection;
using weight = finding::weight;

constexpr auto select_server = R"sql(
    select current_setting('server_version_num')::int, current_setting('server_version'), current_database()::text,
           current_user::text,
           coalesce((select string_agg(name, ', ' order by name) from pg_settings
                     where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'), '')
)sql";

constexpr int oldest_server = 150000;

/// Collects what the checks find; a check that throws is a problem, too.
class examination {
public:
    auto check(const std::string& about, const std::function<void()>& look) -> bool
    {
        try {
            look();
            return true;
        } catch (const std::exception& problem) {
            const auto known = app::explain(problem);
            add({weight::problem, about, known.what(), known.hint()});
            return false;
        }
    }
    void add(finding one) { findings_.push_back(std::move(one)); }
    void add(std::vector<finding> several) { std::ranges::move(several, std::back_inserter(findings_)); }
    auto findings() && -> std::vector<finding> { return std::move(findings_); }

private:
    std::vector<finding> findings_;
};

void look_at_server(examination& all, const std::string& about, const std::string& dsn)
{
    libpq::connection server(dsn);
    const auto row = server.query(select_server);
    const std::vector<telemetry::field> values{{"server_version", row.get<std::int32_t>(0, 0)}};
    const auto name = row.get<std::string>(0, 1) + " at " + server.server() + ", database " + row.get<std::string>(0, 2)
                      + ", user " + row.get<std::string>(0, 3);
    if (row.get<std::int32_t>(0, 0) < oldest_server)
        all.add({weight::problem, about, name, "annals needs 15 or newer", values});
    else all.add({weight::well, about, name, {}, values});
    if (const auto off = row.get<std::string>(0, 4); !off.empty())
        all.add({weight::problem, about, off + " is off: what was confirmed may be lost",
                 "turn it on and restart the server"});
    if (const auto why = app::why_read_only(server); why && why->harms)
        all.add({weight::problem, about, why->what, why->to_do});
}

void look_at_schema(examination& all, const app::context& context, const std::string& about, const std::string& dsn)
{
    const auto steps = migrations::status(dsn);
    const auto missing = std::ranges::count_if(steps, [](const auto& step) { return !step.applied_at; });
    if (missing != 0)
        throw app::failure(std::to_string(missing) + " of " + std::to_string(steps.size()) + " migrations are missing",
                           context.program() + " migrate");
    all.add(
        {weight::well, about, "schema " + std::to_string(steps.back().number), {}, {{"schema", steps.back().number}}});
    libpq::connection server(dsn);
    for (auto& one : examine_privileges(server, about)) all.add(std::move(one));
}

/// Examines one processor; nothing when it is healthy.
auto examine_processor(const app::context& context, const processors::processor_activity& one, std::int64_t behind,
                       const process_rows& processes) -> std::optional<finding>
{
    const auto name = to_string(one.processor);
    const auto group = verbs_for(one.processor);
    const auto resume = context.program() + " " + group + " resume " + one.processor.name;
    const auto place = one.place.empty() ? "" : " at " + one.place;
    if (one.state == "stopped" || one.state == "paused")
        return finding{weight::problem, group, name + " is " + one.state + place + ": " + one.reason,
                       (one.state == "stopped" ? "fix the cause, then: " : "to resume: ") + resume};
    const bool nobody = one.processes == 0 && behind > 0;
    const auto start = [&] {
        const auto known = processes.who_knew(one.processor.name);
        const auto forget = one.processor.registration == 0
                                ? "; if it is not needed any more: " + context.program() + " processors remove "
                                      + one.processor.name + " " + std::to_string(one.processor.version)
                                : std::string();
        return (known.empty() ? "start a worker: " + context.program() + " run" : known) + forget;
    };
    if (one.state == "retrying") {
        const auto found = name + " has failed " + app::with_separators(one.failures) + " times since "
                           + eventstore::to_string(*one.since) + (nobody ? ", and no process works on it" : "") + ": "
                           + one.reason;
        if (nobody) return finding{weight::problem, group, found, start()};
        return finding{one.has_lasted(processes.now) ? weight::problem : weight::advice, group, found,
                       "fix the cause; it then continues by itself"};
    }
    if (one.state == "idle" && nobody)
        return finding{weight::problem, group,
                       name + " is " + app::with_separators(behind) + " events behind, and no process works on it",
                       start()};
    return std::nullopt;
}

/// Nothing when no event is parked.
auto examine_parked(const app::context& context, const processors::processor_activity& one) -> std::optional<finding>
{
    if (one.parked_keys == 0) return std::nullopt;
    return finding{weight::problem,
                   verbs_for(one.processor),
                   to_string(one.processor) + " has parked " + app::with_separators(one.parked_events) + " events of "
                       + app::with_separators(one.parked_keys) + (one.parked_keys == 1 ? " key" : " keys"),
                   "why: " + context.program() + " parked list " + one.processor.name,
                   {{"projection", one.processor.name},
                    {"version", one.processor.version},
                    {"parked_keys", one.parked_keys},
                    {"parked_events", one.parked_events}}};
}

/// The same, where more than `lag_max` events behind is a problem.
auto examine_lag(const app::context& context, const processors::processor_activity& one, std::int64_t behind,
                 const process_rows& processes, std::optional<std::int64_t> lag_max) -> std::optional<finding>
{
    const auto group = verbs_for(one.processor);
    auto found = examine_processor(context, one, behind, processes);
    const bool is_read = one.state != "waiting" && one.state != "building" && one.state != "kept";
    const bool is_late = lag_max && is_read && behind > *lag_max;
    if (!found && is_late)
        found = finding{weight::problem, group,
                        to_string(one.processor) + " is " + app::with_separators(behind) + " events behind",
                        "see whether its worker catches up: " + context.program() + " " + group + " list"};
    if (!found) return std::nullopt;
    if (is_late) found->is = weight::problem;
    found->values = {{group == "projections" ? "projection" : "processor", one.processor.name},
                     {"version", one.processor.version},
                     {"state", one.state},
                     {"failures", one.failures},
                     {"events_behind", behind}};
    return found;
}

/// What there is to say about a group of processors that are all well.
struct tally {
    std::int64_t behind_most = 0, at_work = 0;
    bool is_well = true;
};

void look_at_processors(examination& all, app::context& context, std::optional<std::int64_t> lag_max)
{
    libpq::connection log(context.configuration().dsn());
    const auto processes = read_processes(log);
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "doctor");
    for (auto& one : examine_ownership(model, context.program())) all.add(std::move(one));
    for (auto& one : examine_late_events(model, context.program())) all.add(std::move(one));
    all.add(examine_outgoing(model, context.program()));
    const auto lags = processors::lag(model, context.store());
    pqxx::nontransaction tx(model);
    std::map<std::string, tally> groups{{"projections", {}}};
    for (const auto& one : processors::read_activities(tx)) {
        auto& its = groups[verbs_for(one.processor)];
        const auto lag = std::ranges::find(lags, one.processor, &processors::processor_lag::processor);
        const auto behind = lag == lags.end() ? 0 : lag->events;
        its.behind_most = std::max(its.behind_most, behind);
        if (one.state == "running") ++its.at_work;
        const auto found = examine_lag(context, one, behind, processes, lag_max);
        if (found) all.add(*found);
        const auto parked = examine_parked(context, one);
        if (parked) all.add(*parked);
        its.is_well = its.is_well && !found && !parked;
    }
    for (const auto& [group, its] : groups)
        if (its.is_well)
            all.add({weight::well,
                     group,
                     std::to_string(its.at_work) + " at work, at most " + app::with_separators(its.behind_most)
                         + " events behind",
                     {},
                     {{"at_work", its.at_work}, {"events_behind_max", its.behind_most}}});
}

void look_at_workers(examination& all, const app::context& context)
{
    libpq::connection log(context.configuration().dsn());
    const auto processes = read_processes(log);
    const auto alive =
        std::ranges::count_if(processes.rows, [&](const auto& row) { return row.is_alive(processes.now); });
    all.add({weight::well, "processes", std::to_string(alive) + " alive", {}, {{"alive", alive}}});
    for (const auto& row : processes.missing())
        all.add({weight::advice,
                 "processes",
                 row.program + " on " + row.host + " (pid " + std::to_string(row.pid) + ") was last seen at "
                     + eventstore::to_string(row.seen_at) + " and did not announce a stop",
                 "if it was not meant to end, start it again",
                 {{"program", row.program}, {"host", row.host}, {"pid", row.pid}}});
    libpq::connection models(context.configuration().read_dsn());
    for (auto& one : examine_rights_of(processes, log, models)) all.add(std::move(one));
}

void look_at_idempotency_keys(examination& all, const app::context& context)
{
    libpq::connection log(context.configuration().dsn());
    const auto days = context.configuration().number("idempotency_keys.days");
    if (has_forgotten_keys(log, std::chrono::days{days}))
        all.add({weight::advice,
                 "idempotency keys",
                 "some are older than " + std::to_string(days) + " days",
                 "a process deletes them every hour: " + context.program() + " run",
                 {{"days", days}}});
}

}  // namespace

auto examine(app::context& context, std::optional<std::int64_t> lag_max) -> std::vector<finding>
{
    examination all;
    const auto& settings = context.configuration();
    const bool apart = settings.read_dsn() != settings.dsn();
    bool usable = all.check("PostgreSQL", [&] { look_at_server(all, "PostgreSQL", settings.dsn()); })
                  && all.check("schema", [&] { look_at_schema(all, context, "schema", settings.dsn()); });
    if (apart)
        usable = all.check("read models' PostgreSQL", [&] {
            look_at_server(all, "read models' PostgreSQL", settings.read_dsn());
        }) && all.check("read models' schema", [&] {
            look_at_schema(all, context, "read models' schema", settings.read_dsn());
        }) && usable;
    if (!settings.has_kafka()) all.add({weight::well, "Kafka", "not configured: workers read the log", {}});
    else if (usable) all.check("Kafka", [&] { all.add(examine_topics(context)); });
    if (!usable) return std::move(all).findings();
    if (settings.has_kafka()) all.check("publication", [&] { all.add(examine_publication(context, lag_max)); });
    all.check("projections", [&] { look_at_processors(all, context, lag_max); });
    all.check("processes", [&] { look_at_workers(all, context); });
    all.check("sagas", [&] { all.add(examine_sagas(settings.dsn(), context.program())); });
    all.check("idempotency keys", [&] { look_at_idempotency_keys(all, context); });
    return std::move(all).findings();
}

}  // namespace annals::operations
