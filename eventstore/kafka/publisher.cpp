// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/publisher.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/kafka/publishing.hpp>
#include <telemetry/log.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

namespace annals::eventstore::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_delay_min = 100ms;
constexpr auto retry_delay_max = 2000ms;
constexpr auto well_after = 500ms;

void sleep(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, time, [] { return false; });
}

/// Says a trouble once, however often it comes, and when it is over.
class trouble {
public:
    auto delay() const -> std::chrono::milliseconds { return delay_; }

    void met(const std::string& what)
    {
        if (said_ != what) telemetry::log(telemetry::level::warning, "publishing waits: " + what);
        said_ = what;
        delay_ = std::min(2 * delay_, retry_delay_max);
    }

    void over()
    {
        if (said_) telemetry::log(telemetry::level::info, "publishing again");
        *this = {};
    }

private:
    std::optional<std::string> said_;
    std::chrono::milliseconds delay_ = retry_delay_min;
};

}  // namespace

publisher::publisher(store& store, publication_ledger& ledger, settings settings)
    : store_(store), ledger_(ledger), settings_(std::move(settings))
{}

void publisher::run(std::stop_token stop)
{
    trouble trouble;
    while (!stop.stop_requested()) {
        try {
            publishing publishing(store_, ledger_, settings_);
            const auto since = std::chrono::steady_clock::now();
            while (!stop.stop_requested()) {
                publishing.turn();
                if (std::chrono::steady_clock::now() - since > well_after) trouble.over();
            }
            publishing.finish();
        } catch (const error& problem) {
            if (!problem.retryable()) throw;
            trouble.met(problem.what());
            sleep(stop, trouble.delay());
        }
    }
}

}  // namespace annals::eventstore::kafka
