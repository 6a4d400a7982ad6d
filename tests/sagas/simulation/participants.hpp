// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/input.hpp>
#include <tests/sagas/simulation/chance.hpp>
#include <tests/sagas/simulation/history.hpp>

#include <map>
#include <string>

namespace annals::sagas::simulation {

/// Services that keep to what `request` asks of them: nothing is done twice under a key, and nothing that was undone is
/// done later. A failure is not remembered, so the same request may succeed when it comes again.
class participants {
public:
    struct moods {
        double busy = 0;  ///< fails, and may succeed later
        double refusing = 0;  ///< fails for good
    };

    explicit participants(history& recorded) : history_(recorded) {}

    auto take(const request&, eventstore::timestamp now, moods, chance&) -> reply;

private:
    enum class state { none, done, undone };

    history& history_;
    std::map<std::string, state> states_;  ///< by the keys of the steps
};

}  // namespace annals::sagas::simulation
