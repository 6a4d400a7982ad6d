// SPDX-License-Identifier: Apache-2.0
#include <tests/planted_bugs/bug.hpp>
#include <tests/planted_bugs/client_function.hpp>
#include <tests/planted_bugs/planted_readers.hpp>
#include <tests/planted_bugs/planted_writers.hpp>

#include <type_traits>

namespace annals::planted_bugs {
namespace {

using deed = histories::step::deed;

template <class Store>
auto wrapping() -> bug::wrapper
{
    return [](std::shared_ptr<eventstore::store> behind,
              [[maybe_unused]] const std::string& dsn) -> std::shared_ptr<eventstore::store> {
        if constexpr (std::is_base_of_v<statement_reader, Store>)
            return std::make_shared<Store>(std::move(behind), dsn);
        else return std::make_shared<Store>(std::move(behind));
    };
}

}  // namespace

auto bugs_around_the_store() -> std::vector<bug>
{
    return {
        {.name = "an append is confirmed before its commit",
         .caught_by = "A1",
         .ways = {.answers_before_commit = true}},
        {.name = "a commit in doubt is sent again without saying so",
         .caught_by = "A3",
         .wrapped_in = wrapping<blind_repeater>()},
        {.name = "a call that was given up runs after the one that replaced it",
         .caught_by = "A3",
         .wrapped_in = wrapping<late_backend>()},
        {.name = "conflicts are told from a cache that is ahead of the commit",
         .caught_by = "A6",
         .needs = {deed::append},
         .wrapped_in = wrapping<hasty_cache>()},
        {.name = "reads come from a copy that lags",
         .caught_by = "A10",
         .needs = {deed::read_stream, deed::append},
         .wrapped_in = wrapping<lagging_reader>()},
        {.name = "stored events are rewritten on their way to a reader",
         .caught_by = "A9",
         .needs = {deed::read_log},
         .wrapped_in = wrapping<rewriting_reader>()},
        {.name = "a reader of a sequence stops at the oldest open transaction",
         .caught_by = "G4",
         .tables = "create sequence annals.planted",
         .texts = {{"perform pg_advisory_xact_lock(4711, logs[i]);", "null;"},
                   {"start[i] := head[w_at[i]] + 1;",
                    "start[i] := nextval('annals.planted');\n"
                    "            perform setval('annals.planted', start[i] + w_count[i] - 1);"},
                   {"last_position[i] := head[w_at[i]];", "last_position[i] := start[i] + w_count[i] - 1;"}},
         .ways = {.writes_something_first = true},
         .wrapped_in = wrapping<oldest_transaction_reader>()},
        {.name = "a log is read in the order of its transactions",
         .caught_by = "G3",
         .ways = {.writes_something_first = true},
         .wrapped_in = wrapping<transaction_order_reader>()},
        {.name = "a key is hashed with another seed",
         .caught_by = "G6",
         .texts = {{"hash bigint := 2538058380 # size;", "hash bigint := size;", "annals.partition_of"}},
         .ways = {.append = append_by_client_function}},
    };
}

}  // namespace annals::planted_bugs
