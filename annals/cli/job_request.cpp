// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/job_request.hpp>

#include <annals/app/stop_signals.hpp>
#include <annals/eventstore/back_off.hpp>

#include <pwd.h>

#include <unistd.h>

namespace annals::cli {
namespace {

using clock = std::chrono::steady_clock;
constexpr auto others_may_take_it_for = std::chrono::seconds(2);
constexpr auto look_every = std::chrono::milliseconds(100);

auto verbs_of(const operations::job_actions& actions) -> std::vector<std::string>
{
    std::vector<std::string> verbs;
    for (const auto& [verb, work] : actions) verbs.push_back(verb);
    return verbs;
}

}  // namespace

auto finished(const session& session, const operations::job& found) -> exit_code
{
    if (found.state != "done")
        throw failure(found.message.empty() ? "job " + std::to_string(found.number) + " was " + found.state
                                            : found.message);
    if (session.terminal().is_json()) {
        table lines({"job", "state", "message"});
        lines.add({found.number, found.state, found.message});
        session.terminal().print(lines);
    } else {
        session.terminal().print(found.message + "\n");
    }
    return exit_code::done;
}

auto who_asks() -> std::string
{
    const auto* user = ::getpwuid(::geteuid());
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    return (user != nullptr ? std::string(user->pw_name) : std::to_string(::geteuid())) + "@" + host;
}

auto request_job(const session& session, operations::job wanted, const operations::job_actions& actions) -> exit_code
{
    if (wanted.asked_by.empty()) wanted.asked_by = who_asks();
    app::stop_signals signals;
    operations::job_table stored(session.configuration().dsn());
    const auto number = stored.place(wanted);
    const auto began = clock::now();
    auto progress = session.terminal().progress("job " + std::to_string(number), 0);
    while (!signals.token().stop_requested()) {
        const auto found = stored.find(number);
        if (!found) throw failure("job " + std::to_string(number) + " is gone from annals.jobs");
        if (!found->is_open()) return finished(session, *found);
        if (found->state == "waiting" && clock::now() - began > others_may_take_it_for)
            if (const auto taken = stored.take(eventstore::new_uuid(), verbs_of(actions), number))
                operations::carry_out(stored, *taken, actions);
        progress.advance_to(0, found->progress.empty() ? found->state : found->progress);
        eventstore::pause(signals.token(), look_every);
    }
    session.terminal().note("job " + std::to_string(number) + " continues without you: " + session.program()
                            + " jobs show " + std::to_string(number));
    return exit_code::done;
}

}  // namespace annals::cli
