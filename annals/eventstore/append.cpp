// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/append.hpp>

namespace annals::eventstore {

auto appended::token() const -> eventstore::token
{
    eventstore::token all;
    for (const auto& part : streams) all.include(part.log, part.last_position);
    return all;
}

auto append_outcome::get() && -> append_result
{
    if (const auto* error = std::get_if<std::exception_ptr>(&outcome_)) std::rethrow_exception(*error);
    return std::move(std::get<append_result>(outcome_));
}

}  // namespace annals::eventstore
