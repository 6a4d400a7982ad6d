// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/processor_struct.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::processors::detail {

void refuse_for_now(const recorded_event& event, const std::exception& problem)
{
    throw eventstore::error(event.type + " of " + to_string(event.stream) + " version "
                                + std::to_string(event.version.number) + ": " + problem.what(),
                            true);
}

}  // namespace annals::processors::detail
