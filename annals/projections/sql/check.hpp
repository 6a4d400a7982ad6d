// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <annals/projections/sql/made_rows.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/statement_times.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace annals::projections {

/// A row, as PostgreSQL writes it (`(blood,3)`), that one round of a check gives and the other does not.
struct difference {
    enum class cause {
        batches,                             ///< the rows depend on where batches happen to be cut
        time,                                ///< on when they are made, or on chance: the same cut gave other rows
        logs                                 ///< on the order of events of different logs
    };

    std::string table;                       ///< as written in a query
    std::string one_by_one;                  ///< may be empty
    std::string at_once;                     ///< may be empty; for `time`: later, for `logs`: log by log
    cause depends_on = cause::batches;
};

auto to_string(const difference&) -> std::string;
/// The cause in one word, for programs.
auto to_string(difference::cause) -> std::string;
/// What the file's author may do about it.
auto advice_for(difference::cause) -> std::string;

/// What trying a file showed.
struct trial_result {
    std::optional<difference> rows;          ///< of its tables; a rebuild would give others
    std::vector<std::string> views;          ///< shown; their rows depend on the time zone or style of who asks
    std::vector<made_table> made;            ///< of all events together
    std::chrono::microseconds took{};        ///< to apply all events together
    std::optional<statement_time> slowest;  ///< of all events together; nothing where no block ran
};

/// Tries an SQL projection and undoes everything: once with the events one by one and once together, at another time,
/// in schemas of its own; then compares all rows of all tables. A file whose logs have no order among them is tried
/// with another one, too. Once more with the events together, to see which statement takes longest. Needs no right but
/// those of an analyst; the file's SQL can only do what it could when applied. Several checks do not disturb each
/// other.
/// Throws `bad_file` when the server refuses the file, or cannot apply an event, which it names; `invalid_request`
/// when an event cannot even be read.
/// `rows_max`: how many rows of each table `made` shows.
auto check(pqxx::connection&, const sql_file&, std::span<const eventstore::recorded_event> sample,
           std::size_t rows_max = 5) -> trial_result;

/// A word in a block that means the time at which it runs.
struct clock_word {
    std::string word;
    int line = 0;  ///< of the file
};

/// What the rows of a block depend on although a check may not notice, such as `current_date`.
auto clock_words(const sql_file&) -> std::vector<clock_word>;

/// A type that a block names and that no event of a sample has: it may be mistyped, or rare.
struct unseen_type {
    std::string name;  ///< or pattern
    int line = 0;  ///< of the file
};

auto unseen_types(const sql_file&, std::span<const eventstore::recorded_event> sample) -> std::vector<unseen_type>;

/// The first and the last events of every log of the categories that exist, about as many as asked for, in the order
/// of all logs (`eventstore::place`).
auto sample_of(eventstore::store&, const std::vector<std::string>& categories, std::size_t events)
    -> std::vector<eventstore::recorded_event>;

}  // namespace annals::projections
