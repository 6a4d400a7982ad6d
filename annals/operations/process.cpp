// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/process.hpp>

#include <annals/app/joined.hpp>
#include <annals/app/stop_signals.hpp>
#include <annals/operations/build_job.hpp>
#include <annals/operations/housekeeping.hpp>
#include <annals/operations/projection_switches.hpp>
#include <annals/operations/saga_cleaning.hpp>
#include <annals/telemetry/log.hpp>

#include <atomic>
#include <thread>

namespace annals::operations {
namespace {

auto names_of(const auto& parts) -> std::vector<std::string>
{
    std::vector<std::string> names;
    for (const auto& part : parts) names.push_back(part.name);
    return names;
}

void clean_sagas(const app::configuration& settings, const std::stop_token& stop)
{
    keep_sagas(settings.dsn(), std::chrono::days{settings.number("sagas.days")}, stop);
}

}  // namespace

void process::add(std::string name, std::function<void(std::stop_token)> run)
{
    parts_.push_back({std::move(name), std::move(run)});
}

auto process::run() -> app::exit_code
{
    const auto& settings = context_.configuration();
    auto row = this_process(context_.program(), names_of(parts_));
    if (const auto& own = context_.types().version; !own.empty()) row.version = own + " (annals " + row.version + ")";
    presence here(settings.dsn(), row, knows_ ? knows_ : [] { return std::vector<process_subject>{}; });
    build_worker builds(context_, row.id);
    job_worker jobs(settings.dsn(), row.id, projection_switches(settings.dsn(), settings.read_dsn()),
                    [&](job_table& open) {
                        if (knows_) builds.take_next(open);
                    });
    app::stop_signals signals;
    std::atomic<bool> failed = false;
    {
        std::vector<std::jthread> threads;
        const auto start = [&](const std::string& name, std::function<void(std::stop_token)> work) {
            threads.emplace_back([&, name, work = std::move(work)] {
                try {
                    work(signals.token());
                } catch (const std::exception& problem) {
                    complain_(name, app::explain(problem));
                    failed = true;
                    signals.stop();
                }
            });
        };
        telemetry::log(telemetry::level::info, "started",
                       {{"program", context_.program()}, {"parts", app::joined(names_of(parts_))}});
        for (const auto& one : parts_) start(one.name, one.run);
        start("presence", [&](std::stop_token stop) { here.run(std::move(stop)); });
        start("jobs", [&](std::stop_token stop) { jobs.run(std::move(stop)); });
        start("housekeeping", [&](std::stop_token stop) {
            keep_house({.log_dsn = settings.dsn(),
                        .keys_kept = std::chrono::days{settings.number("idempotency_keys.days")},
                        .model_dsn = knows_ ? settings.read_dsn() : std::string()},
                       stop);
        });
        start("sagas' housekeeping", [&](std::stop_token stop) { clean_sagas(settings, stop); });
    }
    telemetry::log(telemetry::level::info, "stopped", {{"program", context_.program()}});
    return failed ? app::exit_code::failed : app::exit_code::done;
}

}  // namespace annals::operations
