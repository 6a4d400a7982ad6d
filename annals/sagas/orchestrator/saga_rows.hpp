// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/json.hpp>
#include <annals/sagas/advance/instance.hpp>

#include <string>

/// The rows that show a saga: a function of its facts, so that they can be made again.
namespace annals::sagas {

/// Its row in `annals.saga_states`, but for what a start has written there.
auto state_row(const std::string& saga_id, const plan&, const instance&, eventstore::timestamp changed_at)
    -> eventstore::json;

/// One in `annals.saga_steps`.
auto step_row(const std::string& saga_id, const plan&, const instance&, std::size_t step) -> eventstore::json;

}  // namespace annals::sagas
