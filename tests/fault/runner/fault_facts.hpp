// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/annals.hpp>

#include <string>
#include <variant>

/// The events of a run as a user's program knows them, and its two read models.
namespace annals::fault_runs {

struct counted {
    std::int64_t amount = 0;
};
struct awkward {
    std::int64_t amount = 0;
};
ANNALS_EVENT(counted, "fault.counted", amount)
ANNALS_EVENT(awkward, "fault.awkward", amount)

/// The digest depends on the order of the events.
struct fault_card {
    static constexpr projections::header header{.projection = "fault_card", .version = 1, .categories = "faults"};
    using event = std::variant<counted, awkward>;

    void evolve(const counted& fact) { add(fact.amount); }
    void evolve(const awkward& fact) { add(fact.amount); }
    void add(std::int64_t more)
    {
        ++total;
        amount += more;
        digest = (digest * 31 + more) % 1'000'003;
    }

    std::int64_t total = 0, amount = 0, digest = 0;
};
ANNALS_FIELDS(fault_card, total, amount, digest)

/// The same in a table of its own, a statement an event.
struct fault_steps {
    static constexpr projections::header header{.projection = "fault_steps", .version = 1, .categories = "faults"};
    static constexpr auto ddl = "create table fault_steps (key text primary key, total bigint not null, "
                                "amount bigint not null, digest bigint not null)";
    using event = std::variant<counted, awkward>;

    void project(const counted& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        add(fact.amount, at, tx);
    }
    void project(const awkward& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const
    {
        add(fact.amount, at, tx);
    }
    static void add(std::int64_t amount, const eventstore::recorded_event& at, pqxx::transaction_base& tx)
    {
        tx.exec("insert into fault_steps as s values ($1, 1, $2::bigint, $2 % 1000003::bigint) on conflict (key) do "
                "update "
                "set total = s.total + 1, amount = s.amount + excluded.amount, "
                "digest = (s.digest * 31 + excluded.amount) % 1000003",
                pqxx::params{at.stream.key, amount})
            .no_rows();
    }
};

}  // namespace annals::fault_runs
