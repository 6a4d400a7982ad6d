// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>

#include <cstdint>
#include <string>
#include <variant>

/// An account that never goes below zero and changes often: used by the tests of caches and snapshots.
namespace annals::tests {

struct deposited {
    std::int64_t amount = 0;
};
struct withdrawn {
    std::int64_t amount = 0;
};
ANNALS_EVENT(deposited, "account.deposited", amount)
ANNALS_EVENT(withdrawn, "account.withdrawn", amount)

struct deposit {
    std::int64_t amount = 0;
};
struct withdraw {
    std::int64_t amount = 0;
};
ANNALS_FIELDS(deposit, amount)
ANNALS_FIELDS(withdraw, amount)

struct account {
    static constexpr auto category = "account";
    static constexpr int state_version = 1;
    using event = std::variant<deposited, withdrawn>;
    using decision = commands::decision<event>;

    auto decide(const deposit& command) const -> decision
    {
        if (command.amount == 0) return {};
        return deposited{command.amount};
    }
    /// The refusal says after how many changes it was decided.
    auto decide(const withdraw& command) const -> decision
    {
        if (command.amount > balance) return commands::refuse(std::to_string(changes), "overdrawn");
        return withdrawn{command.amount};
    }
    void evolve(const deposited& fact) { balance += fact.amount, ++changes; }
    void evolve(const withdrawn& fact) { balance -= fact.amount, ++changes; }

    std::int64_t balance = 0;
    std::int64_t changes = 0;
};
ANNALS_FIELDS(account, balance, changes)

}  // namespace annals::tests
