// SPDX-License-Identifier: Apache-2.0
#pragma once
// A view that does not say what it is.

#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    using event = std::variant<sample_created>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
};
ANNALS_FIELDS(sample_card, sample_type)

}  // namespace laboratory
