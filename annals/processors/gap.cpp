// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/gap.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::processors {

using namespace eventstore;

auto read_gap(store& from, const log_cursor& after, const page_size& page) -> std::vector<recorded_event>
{
    auto events = from.read_log(after.log, after.position, page);
    auto last = after.position;
    for (const auto& event : events) {
        if (event.position != last + 1)
            throw mismatch("the log " + to_string(after.log) + " has no event at position "
                           + std::to_string(last.number + 1) + " although it has later ones: it is damaged");
        last = event.position;
    }
    return events;
}

}  // namespace annals::processors
