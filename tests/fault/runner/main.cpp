// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/options.hpp>
#include <tests/fault/runner/run.hpp>
#include <tests/fault/runner/shown_progress.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <vector>

using namespace annals::fault_runs;

namespace {

enum exit_code : int { nothing_found = 0, could_not_go_on = 1, wrong_usage = 2, found = 3 };

constexpr auto planted_lasts = std::chrono::seconds{150};    // a planted mistake is found in this time, or is missed

auto run_of(const options& given, const planted_bug* planted) -> run_settings
{
    const auto lasts =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::duration<double, std::ratio<60>>(given.minutes));
    return {.seed = given.seed,
            .lasts = planted != nullptr ? planted_lasts : lasts,
            .planted = planted,
            .keeps_servers = planted == nullptr || given.planted == planted->name,
            .tell = [](const progress&) {}};
}

void say_violations(const report& of)
{
    for (const auto& [check, what, episode] : of.violations)
        std::cerr << "violation in episode " << episode << ", " << check << ":\n  " << what << '\n';
}

auto run_once(const options& given, const small_disk& disk) -> exit_code
{
    shown_progress shown;
    auto settings = run_of(given, nullptr);
    if (!given.as_json) settings.tell = [&](const progress& now) { shown.show(now); };
    std::string how_to_look;
    try {
        const auto done = run(settings, disk, how_to_look);
        shown.end();
        say_violations(done);
        std::cout << (given.as_json ? as_json(done) : as_table(done)) << std::flush;
        if (done.violations.empty()) return nothing_found;
    } catch (const std::exception& problem) {
        shown.end();
        std::cerr << "the run could not go on: " << problem.what() << '\n';
        if (!how_to_look.empty()) std::cerr << how_to_look;
        return could_not_go_on;
    }
    std::cerr << how_to_look << "Run it again: ./dev fault --minutes " << given.minutes << " --seed " << given.seed
              << "\nThe schedule will be the same; what happens between the processes depends on the machine, too.\n";
    return found;
}

auto run_planted(const options& given, const small_disk& disk) -> exit_code
{
    int missed = 0;
    for (const auto& bug : planted_bugs()) {
        if (!given.planted.empty() && given.planted != bug.name) continue;
        std::string how_to_look;
        const auto done = run(run_of(given, &bug), disk, how_to_look);
        std::string seen;
        for (const auto& one : done.violations)
            if (seen.empty() && one.check.starts_with(bug.caught_by)) seen = one.check + ": " + one.what;
        if (seen.empty()) ++missed;
        std::cout << (seen.empty() ? "MISSED  " : "caught  ") << bug.name << "\n        after " << done.took.count()
                  << " s and " << done.faults_in_all() << " faults" << (seen.empty() ? "" : " by ") << seen
                  << std::endl;
        if (seen.empty()) say_violations(done);
        if (!given.planted.empty()) std::cerr << how_to_look;
    }
    return missed > 0 ? found : nothing_found;
}

}  // namespace

int main(int argc, char** argv)
{
    options given;
    try {
        given = read_options({argv + 1, static_cast<std::size_t>(argc - 1)});
    } catch (const std::invalid_argument& problem) {
        std::cerr << "./dev fault: " << problem.what() << "\nSee: ./dev fault --help\n";
        return wrong_usage;
    }
    if (given.wants_help) {
        std::cout << help_text();
        return nothing_found;
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::cerr << "seed " << given.seed << std::endl;
    try {
        if (given.plants) return run_planted(given, small_disk("not with planted mistakes"));
        const small_disk disk;
        if (!given.as_json && !disk.why_not().empty()) std::cerr << "skipped: disk full: " << disk.why_not() << '\n';
        return run_once(given, disk);
    } catch (const std::exception& problem) {
        std::cerr << "the run could not go on: " << problem.what() << '\n';
        return could_not_go_on;
    }
}
