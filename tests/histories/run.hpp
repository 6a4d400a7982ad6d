// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/plan.hpp>
#include <tests/histories/recorder.hpp>

#include <functional>
#include <stop_token>

namespace annals::histories {

/// What goes wrong while the clients work; ends, with everything repaired, soon after it is asked to.
using trouble = std::function<void(const std::stop_token&)>;

/// Runs every client of the plan in a thread of its own, with two followers, in a new category of the store.
/// The followers have five seconds to reach the heads at the end. The final logs are read from `truth`, if that is
/// another store than the one whose readers are tested.
auto run(const plan&, const eventstore::contract::subject&, const trouble& = {}, eventstore::store* truth = nullptr)
    -> history;

}  // namespace annals::histories
