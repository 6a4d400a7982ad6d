// SPDX-License-Identifier: Apache-2.0
#include <kafka/publisher.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/server_away.hpp>
#include <kafka/client.hpp>
#include <kafka/publishing.hpp>
#include <kafka/topic.hpp>
#include <telemetry/log.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace annals::kafka {

using namespace eventstore;
namespace {

using namespace std::chrono_literals;
using telemetry::level;

constexpr auto retry_delay_min = 100ms;
constexpr auto retry_delay_max = 2000ms;

void sleep(const std::stop_token& stop, std::chrono::milliseconds time)
{
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, time, [] { return false; });
}

/// Logs each kind of outage once, however often and in whatever words it is reported, and once when it is over.
class trouble {
public:
    auto delay() const -> std::chrono::milliseconds { return delay_; }

    void met(const std::exception& problem)
    {
        const auto* known = dynamic_cast<const error*>(&problem);
        const bool will_pass = known && known->retryable();
        const auto kind = dynamic_cast<const no_broker*>(&problem) ? std::string("no broker")
                          : will_pass                              ? std::string("unavailable")
                                                                   : std::string(problem.what());
        if (said_.insert(kind).second)
            telemetry::log(will_pass ? level::warning : level::error,
                           std::string("publishing waits: ") + problem.what());
        delay_ = std::min(2 * delay_, retry_delay_max);
    }

    void over()
    {
        if (!said_.empty()) telemetry::log(level::info, "publishing again");
        *this = {};
    }

private:
    std::set<std::string> said_;
    std::chrono::milliseconds delay_ = retry_delay_min;
};

}  // namespace

publisher::publisher(store& store, publication_ledger& ledger, settings settings)
    : store_(store), ledger_(ledger), settings_(std::move(settings))
{
    check_settings(settings_);
}

void publisher::run(std::stop_token stop)
{
    trouble trouble;
    halted_logs halted(ledger_);
    while (!stop.stop_requested()) {
        try {
            publishing publishing(store_, ledger_, settings_, halted);
            while (!stop.stop_requested()) {
                publishing.turn();
                if (publishing.is_at_work()) trouble.over();
            }
            publishing.finish();
        } catch (const server_away&) {
            sleep(stop, trouble.delay());
        } catch (const std::exception& problem) {
            trouble.met(problem);
            sleep(stop, trouble.delay());
        }
    }
}

}  // namespace annals::kafka
