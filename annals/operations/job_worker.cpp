// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/job_worker.hpp>

#include <annals/app/failure.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/telemetry/repeated_problem.hpp>

namespace annals::operations {
namespace {

/// How long a job may wait when its notification was lost.
constexpr auto look_every = std::chrono::seconds(1);

}  // namespace

void carry_out(job_table& stored, const job& taken, const job_actions& actions)
{
    try {
        stored.finish(taken.number, true, actions.at(taken.verb)(taken));
    } catch (const eventstore::unavailable&) {
        throw;                               // it stays taken; another process takes it when this one has ended
    } catch (const std::exception& problem) {
        const auto known = app::explain(problem);
        stored.finish(taken.number, false, known.what() + (known.hint().empty() ? "" : "; " + known.hint()));
    }
}

job_worker::job_worker(std::string dsn, const eventstore::uuid& process, job_actions actions,
                       std::function<void(job_table&)> longer)
    : dsn_(std::move(dsn)), process_(process), actions_(std::move(actions)), longer_(std::move(longer))
{
    for (const auto& [verb, work] : actions_) verbs_.push_back(verb);
}

void job_worker::run(std::stop_token stop)
{
    std::unique_ptr<job_table> stored;
    telemetry::repeated_problem problem("jobs cannot be read");
    while (!stop.stop_requested()) {
        try {
            if (!stored) {
                stored = std::make_unique<job_table>(dsn_);
                stored->listen();
            }
            while (const auto taken = stored->take(process_, verbs_)) {
                telemetry::log(telemetry::level::info, "carrying out a job",
                               {{"job", taken->number}, {"verb", taken->verb}, {"subject", taken->subject}});
                carry_out(*stored, *taken, actions_);
            }
            if (longer_) longer_(*stored);
            problem.over();
            stored->wait(look_every);
        } catch (const eventstore::server_away&) {
            stored.reset();
            eventstore::pause(stop, look_every);
        } catch (const std::exception& met) {
            stored.reset();
            problem.met(met.what());
            eventstore::pause(stop, look_every);
        }
    }
}

}  // namespace annals::operations
