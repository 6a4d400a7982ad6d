// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/recent_events.hpp>

namespace annals::processors {

using namespace eventstore;

auto recent_events::holds_next_of(log_position after) const -> bool
{
    return !events_.empty() && after < end_ && events_.front().position <= after + 1;
}

auto recent_events::add(recorded_event event) -> bool
{
    if (event.position != end_ + 1) return false;
    end_ = event.position;
    bytes_ += event.size_bytes();
    events_.push_back(std::move(event));
    while (events_.size() > events_max || (bytes_ > bytes_max && !events_.empty())) {
        bytes_ -= events_.front().size_bytes();
        events_.pop_front();
    }
    return true;
}

void recent_events::restart(log_position end)
{
    events_.clear();
    bytes_ = 0;
    end_ = end;
}

auto recent_events::copy(log_position after, const page_size& page, std::vector<recorded_event>& found,
                         std::size_t& bytes) const -> bool
{
    if (!holds_next_of(after)) return false;
    const auto known = after + 1 - events_.front().position;
    for (auto event = events_.begin() + known; event != events_.end(); ++event) {
        if (!found.empty() && (found.size() >= page.events_max || bytes + event->size_bytes() > page.bytes_max))
            return true;
        bytes += event->size_bytes();
        found.push_back(*event);
    }
    return false;
}

}  // namespace annals::processors
