// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/advance/saga_facts.hpp>

#include <string>

namespace annals::cli {

/// A fact of a saga in plain words, on one line: `charge: attempt 1 failed for good: the card was refused`.
auto sentence(const sagas::saga_fact&) -> std::string;

}  // namespace annals::cli
