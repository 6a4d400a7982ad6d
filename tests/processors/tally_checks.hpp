// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/processors/model_connection.hpp>
#include <tests/processors/tally.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

namespace annals::processors::tests {

inline void create_tally(const std::string& dsn)
{
    auto connection = open_model_connection(dsn, "test");
    pqxx::work tx(connection);
    tx.exec("create table tally (name text, log text, total bigint not null, seen bigint[] not null, primary key "
            "(name, log))");
    tx.commit();
}

/// How many events a log's row has counted; fails the test unless they are 1, 2, 3 … each once.
inline auto tally_total(const std::string& dsn, const std::string& name, const eventstore::log_id& log) -> std::int64_t
{
    auto connection = open_model_connection(dsn, "test");
    pqxx::nontransaction tx(connection);
    const auto row =
        tx.exec(
              R"(select total, seen = array(select generate_series(1, total)) from tally where name = $1 and log = $2)",
              pqxx::params{name, to_string(log)})
            .opt_row();
    if (!row) return 0;
    CHECK((*row)[1].as<bool>());
    return (*row)[0].as<std::int64_t>();
}

/// Appends events, one append each, to `count` keys in turn.
inline void append_things(eventstore::store& store, int count, const std::string& category = "thing", int first = 0,
                          const std::string& data = "{}")
{
    for (int i = first; i < first + count; ++i) {
        const eventstore::new_event event{.type = "thing.happened", .data = data};
        REQUIRE(store.append(
            {.streams = {{{category, "k" + std::to_string(i)}, eventstore::expected_version::any(), {event}}}}));
    }
}

inline auto head_sum(eventstore::store& store, const std::string& category = "thing") -> std::int64_t
{
    std::int64_t sum = 0;
    for (const auto head : store.heads(category)) sum += head.number;
    return sum;
}

inline auto tally_sum(const std::string& dsn, eventstore::store& store, const std::string& name,
                      const std::string& category = "thing") -> std::int64_t
{
    std::int64_t sum = 0;
    for (int partition = 0; partition < static_cast<int>(store.heads(category).size()); ++partition)
        sum += tally_total(dsn, name, {category, partition});
    return sum;
}

}  // namespace annals::processors::tests
