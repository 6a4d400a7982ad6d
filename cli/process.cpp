// SPDX-License-Identifier: Apache-2.0
#include <cli/process.hpp>

#include <cli/housekeeping.hpp>
#include <cli/joined.hpp>
#include <cli/projection_switches.hpp>
#include <cli/stop_signals.hpp>
#include <telemetry/log.hpp>

#include <atomic>
#include <thread>

namespace annals::cli {
namespace {

auto names_of(const auto& parts) -> std::vector<std::string>
{
    std::vector<std::string> names;
    for (const auto& part : parts) names.push_back(part.name);
    return names;
}

}  // namespace

void process::add(std::string name, std::function<void(std::stop_token)> run)
{
    parts_.push_back({std::move(name), std::move(run)});
}

auto process::run() -> exit_code
{
    const auto& settings = session_.configuration();
    const auto row = this_process(session_.program(), names_of(parts_));
    presence here(settings.dsn(), row, knows_);
    order_desk desk(settings.dsn(), row.id, projection_switches(settings.dsn(), settings.read_dsn()));
    stop_signals signals;
    std::atomic<bool> failed = false;
    {
        std::vector<std::jthread> threads;
        const auto start = [&](const std::string& name, std::function<void(std::stop_token)> work) {
            threads.emplace_back([&, name, work = std::move(work)] {
                try {
                    work(signals.token());
                } catch (const std::exception& problem) {
                    const auto known = explain(problem);
                    session_.terminal().complain(session_.program() + " " + name, known);
                    failed = true;
                    signals.stop();
                }
            });
        };
        telemetry::log(telemetry::level::info, "started",
                       {{"program", session_.program()}, {"parts", joined(names_of(parts_))}});
        for (const auto& one : parts_) start(one.name, one.run);
        start("presence", [&](std::stop_token stop) { here.run(std::move(stop)); });
        start("orders", [&](std::stop_token stop) { desk.run(std::move(stop)); });
        start("housekeeping", [&](std::stop_token stop) {
            keep_house(settings.dsn(), std::chrono::days{settings.number("idempotency_keys.days")}, stop);
        });
    }
    telemetry::log(telemetry::level::info, "stopped", {{"program", session_.program()}});
    return failed ? exit_code::failed : exit_code::done;
}

}  // namespace annals::cli
