// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/saga_facts.hpp>

#include <string>

namespace annals::sagas {

/// A saga's fact in a few words, for tests to compare and for people to read: `reserve begins`, `undo reserve is done`.
/// Attempts after the first one have their number behind them. `at`: when it was decided.
auto told(const saga_fact&, eventstore::timestamp at) -> std::string;

}  // namespace annals::sagas
