// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/published_heads.hpp>

#include <annals/eventstore/postgres/publication_status.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace annals::operations {
namespace {

using namespace std::chrono_literals;
using eventstore::log_position;

constexpr auto look_every = 200ms;
constexpr auto standstill_max = 5s;          // publishers save their progress once a second

/// How many events are still to come, of logs that have a publisher.
auto events_to_come(libpq::connection& log, const std::string& category, const std::vector<log_position>& heads)
    -> std::int64_t
{
    std::int64_t events = 0;
    for (const auto& one : eventstore::postgres::read_publication_status(log)) {
        if (one.log.category != category || one.leader.empty() || one.halted) continue;
        const auto head = heads.at(static_cast<std::size_t>(one.log.partition));
        events += std::max<std::int64_t>(0, head - one.published);
    }
    return events;
}

}  // namespace

auto published_heads(app::context& context, const std::string& category, std::optional<log_position> upto)
    -> std::vector<log_position>
{
    auto heads = context.store().heads(category);
    if (upto)
        for (auto& head : heads) head = std::min(head, *upto);
    try {
        libpq::connection log(context.configuration().dsn());
        auto until = std::chrono::steady_clock::now() + standstill_max;
        auto left = events_to_come(log, category, heads);
        while (left > 0 && std::chrono::steady_clock::now() < until) {
            std::this_thread::sleep_for(look_every);
            const auto now = events_to_come(log, category, heads);
            if (now < left) until = std::chrono::steady_clock::now() + standstill_max;
            left = now;
        }
    } catch (const libpq::statement_error&) {
        // A user that may not see the ledger compares with the topic as it is.
    }
    return heads;
}

}  // namespace annals::operations
