// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/healing.hpp>

#include <tests/support/waiting.hpp>

#include <pqxx/pqxx>

#include <thread>

namespace annals::fault_runs {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 120s;

constexpr auto select_paused =
    "select distinct processor from annals.processor_states where state = 'paused' order by 1";
constexpr auto select_parked = R"sql(
    select processor || ' has parked ' || key || ' (' || events || ' events, log ' || log || ', tried ' || attempts
           || ' times, last at ' || tried_at || ', request ' || coalesce(request, 'none') || '): ' || reason
    from annals.parked_keys limit 1)sql";
constexpr auto retried_every = 500ms;
constexpr auto select_behind = R"sql(
    select p.name || ' version ' || p.version || ' is at position ' || coalesce(c.position, 0) || ' of '
           || head.position || ' in log ' || l.log
    from annals.projections p
    join annals.logs l on l.category = any (p.categories)
    cross join lateral (select e.position from annals.events e where e.log = l.log
                        order by e.position desc limit 1) head
    left join annals.checkpoints c on c.processor = p.name and c.version = p.version and c.log = l.log
    where (p.live or p.kept_until is not null) and coalesce(c.position, 0) < head.position
    limit 1)sql";

auto names_of_paused(const std::string& dsn) -> std::vector<std::string>
{
    std::vector<std::string> names;
    pqxx::connection connection(dsn);
    pqxx::nontransaction tx(connection);
    for (const auto& [name] : tx.query<std::string>(select_paused)) names.push_back(name);
    return names;
}

/// What is not at rest yet, or nothing.
auto unrest(const std::string& dsn, whole_system& system) -> std::string
{
    try {
        pqxx::connection connection(dsn);
        pqxx::nontransaction tx(connection);
        if (const auto parked = tx.exec(select_parked); !parked.empty()) {
            (void)system.run({"parked", "retry", "fault_picky", "--no-wait"});
            std::this_thread::sleep_for(retried_every);
            return parked[0][0].as<std::string>();
        }
        const auto behind = tx.exec(select_behind);
        return behind.empty() ? "" : behind[0][0].as<std::string>();
    } catch (const pqxx::failure& problem) {
        return problem.what();
    }
}

}  // namespace

auto await_rest(const servers& of, whole_system& system) -> checked
{
    checked to("processes: come to rest by themselves");
    system.await_commands(to);
    for (const auto& name : names_of_paused(of.dsn()))
        if (const auto done = system.run({"projections", "resume", name}); done.exit_code != 0)
            to.broken("annals projections resume " + name + " failed: " + done.err);
    system.finish_rebuilds(to);
    std::string last;
    const bool rests = tests::waited_until(patience, [&] {
        system.look_after(to);
        last = unrest(of.dsn(), system);
        return last.empty() || !to.found().empty();
    });
    if (!rests) to.broken("after " + std::to_string(patience.count()) + " s: " + last);
    system.await_commands(to);
    return to;
}

}  // namespace annals::fault_runs
