// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>

#include <cstdint>
#include <variant>

/// A chain of links. Its state depends on their order, and each link says on which state it was decided.
/// The program exists in two builds that make different states of the same links: FORM is 1 or 2.
namespace annals::tests {

struct link_added {
    std::int64_t value = 0;
    int form = 0;                            ///< of the program that decided
    std::int64_t seen = 0;                   ///< the digest that it decided on
};
ANNALS_EVENT(link_added, "chain.link_added", value, form, seen)

struct add_link {
    std::int64_t value = 0;
};

struct chain {
    static constexpr auto category = "chain";
    static constexpr int state_version = FORM;
    using event = std::variant<link_added>;
    using decision = commands::decision<event>;

    auto decide(const add_link& command) const -> decision { return link_added{command.value, FORM, digest}; }
    void evolve(const link_added& fact) { digest = (digest * factor + fact.value) % 2'147'483'647; }

    static constexpr std::int64_t factor = FORM == 1 ? 1'000'003 : 48'271;
    std::int64_t digest = 0;
};
ANNALS_FIELDS(chain, digest)

}  // namespace annals::tests
