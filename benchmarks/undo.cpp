// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/undo.hpp>

#include <algorithm>
#include <csignal>
#include <exception>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace annals::benchmarks {
namespace {

/// What still has to be undone. Never destroyed: the watching thread lives as long as the process.
struct open_acts {
    std::recursive_mutex mutex;              // an act may undo others
    std::vector<std::pair<const undo*, std::function<void()>>> acts;
};

auto open() -> open_acts&
{
    static auto& acts = *new open_acts;
    return acts;
}

void run(const std::function<void()>& act) noexcept
{
    try {
        act();
    } catch (const std::exception&) {        // the server is gone, with everything that was made there
    }
}

/// Keeps the lock to the end, so that the benchmark, whose sessions end now, cannot report that.
[[noreturn]] void end_on(const sigset_t& signals)
{
    int number = 0;
    ::sigwait(&signals, &number);
    const std::scoped_lock lock(open().mutex);
    for (auto& acts = open().acts; !acts.empty();) {
        const auto act = std::move(acts.back().second);
        acts.pop_back();
        run(act);
    }
    ::_exit(128 + number);
}

}  // namespace

undo::undo(std::function<void()> act)
{
    const std::scoped_lock lock(open().mutex);
    open().acts.emplace_back(this, std::move(act));
}

undo::~undo()
{
    const std::scoped_lock lock(open().mutex);
    auto& acts = open().acts;
    const auto mine = std::ranges::find(acts, this, &std::pair<const undo*, std::function<void()>>::first);
    if (mine == acts.end()) return;
    const auto act = std::move(mine->second);
    acts.erase(mine);
    run(act);
}

void undo_on_signals()
{
    static sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([] { end_on(signals); }).detach();
}

}  // namespace annals::benchmarks
