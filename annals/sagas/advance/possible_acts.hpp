// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/instance.hpp>

#include <string>
#include <vector>

namespace annals::sagas {

/// Something that an operator can ask of a saga and that would not be refused.
struct possible_act {
    std::string verb;                              ///< retry, skip, signal, resume, pause, cancel, terminate
    std::string of = {};                           ///< the step, or the signal's name

    auto operator==(const possible_act&) const -> bool = default;
};

/// All of them, the most helpful first. Decided by `advance` itself, so that nothing is offered that is refused.
auto possible_acts(const plan&, const instance&) -> std::vector<possible_act>;

}  // namespace annals::sagas
