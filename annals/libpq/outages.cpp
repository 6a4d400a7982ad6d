// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/outages.hpp>

#include <annals/telemetry/log.hpp>

#include <cmath>

namespace annals::libpq {
namespace {

using namespace std::chrono_literals;

/// A part that has not tried for this long does not try any more: it ended, or nothing uses it.
constexpr auto tries_within = 15s;

/// A session that broke in an outage may be noticed this late: when it is next used.
constexpr auto noticed_within = 30s;

void say_lost(const std::string& server, const std::string& why)
{
    telemetry::log(telemetry::level::warning, "PostgreSQL is unreachable; trying again",
                   {{"server", server}, {"problem", why}});
}

}  // namespace

auto outages::of_this_process() -> outages&
{
    static outages one;
    return one;
}

void outages::opened(const std::string& server, const std::string& part, clock::time_point now)
{
    const std::scoped_lock lock(mutex_);
    auto& known = servers_[server];
    if (known.without.empty()) return;
    known.without.erase(part);
    std::erase_if(known.without, [&](const auto& one) { return now - one.second > tries_within; });
    if (!known.without.empty()) return;
    known.over_at = now;
    const auto lasted = std::chrono::duration<double>(now - known.since);
    telemetry::log(telemetry::level::info, "PostgreSQL is reachable again",
                   {{"server", server}, {"after_s", std::round(lasted.count() * 10) / 10}});
}

void outages::open_failed(const std::string& server, const std::string& part, const std::string& why,
                          clock::time_point now)
{
    const std::scoped_lock lock(mutex_);
    const auto known = servers_.find(server);
    if (known == servers_.end()) return;
    if (known->second.without.empty()) {
        known->second.since = now;
        say_lost(server, why);
    }
    known->second.without[part] = now;
}

void outages::session_lost(const std::string& server, const std::string& part, const std::string& why,
                           clock::time_point now)
{
    {
        const std::scoped_lock lock(mutex_);
        const auto known = servers_.find(server);
        if (known == servers_.end()) return;
        const auto over_at = known->second.over_at;
        const bool is_of_the_last = over_at != clock::time_point::min() && now - over_at < noticed_within;
        if (known->second.without.empty() && is_of_the_last) return;
    }
    open_failed(server, part, why, now);
}

}  // namespace annals::libpq
