// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/ignored_types.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::commands::detail {

void refuse_unknown(const eventstore::recorded_event& event, const std::string& aggregate)
{
    throw eventstore::mismatch(
        to_string(event.stream) + " version " + std::to_string(event.version.number) + ": " + aggregate
        + " does not know the event " + event.type
        + ", and would decide as if it had not happened: run a program that knows it, or name it "
          "in the `ignores` of "
        + aggregate + " if it never matters");
}

}  // namespace annals::commands::detail
