// SPDX-License-Identifier: Apache-2.0
#pragma once
// An aggregate without a mistake.

#include <annals/commands/handle.hpp>
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created, sample_archived>;
    using decision = annals::commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

}  // namespace laboratory
