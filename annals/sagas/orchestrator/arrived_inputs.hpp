// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/input.hpp>

#include <string>
#include <string_view>

namespace annals::sagas {

/// An input from its row in `annals.saga_inputs`. Throws `mismatch` when it cannot be read.
auto input_from(std::string_view kind, std::string_view text) -> input;

struct input_text {
    std::string kind;
    std::string text;                              ///< a JSON object
};

/// The columns of that row. Throws `invalid_request` for a tick, which nobody sends.
auto text_of(const input&) -> input_text;

}  // namespace annals::sagas
