// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/waiting_appends.hpp>

#include <boost/functional/hash.hpp>
#include <boost/uuid/uuid_hash.hpp>

#include <string>
#include <unordered_set>

namespace annals::eventstore::postgres {

namespace {

/// The ids and keys of a call: an append must not share one with another of the same call, since it could not see it.
class call_contents {
public:
    auto admits(const append_request& request) -> bool
    {
        if (request.idempotency_key && !keys_.insert(*request.idempotency_key).second) return false;
        for (const auto& part : request.streams)
            for (const auto& event : part.events)
                if (!ids_.insert(event.id).second) return false;
        return true;
    }

private:
    std::unordered_set<uuid, boost::hash<uuid>> ids_;
    std::unordered_set<std::string> keys_;
};

}  // namespace

void waiting_appends::add(pending_append one)
{
    bytes_ += one.bytes;
    waiting_.push_back(std::move(one));
}

auto waiting_appends::take_call() -> std::vector<pending_append>
{
    constexpr std::size_t call_appends_max = 256;
    constexpr std::size_t call_bytes_max = 4 << 20;
    std::vector<pending_append> taken;
    std::size_t bytes = 0;
    call_contents contents;
    while (!waiting_.empty() && taken.size() < call_appends_max) {
        auto& next = waiting_.front();
        bytes += next.bytes;
        if ((!taken.empty() && bytes > call_bytes_max) || !contents.admits(next.what.request)) break;
        bytes_ -= next.bytes;
        taken.push_back(std::move(next));
        waiting_.pop_front();
    }
    return taken;
}

}  // namespace annals::eventstore::postgres
