// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/store.hpp>

#include <future>
#include <memory>

namespace annals::eventstore {

auto store::append(append_request request) -> append_result
{
    std::promise<append_outcome> promise;
    auto outcome = promise.get_future();
    append(std::move(request), [&promise](append_outcome done) { promise.set_value(std::move(done)); });
    return outcome.get().get();
}

auto store::read_log(const log_id& log, log_position after, const page_size& page) -> std::vector<recorded_event>
{
    const log_cursor cursor{log, after};
    return read_logs({&cursor, 1}, page);
}

}  // namespace annals::eventstore
