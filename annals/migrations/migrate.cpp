// SPDX-License-Identifier: Apache-2.0
#include <annals/migrations/migrate.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/libpq/connection.hpp>
#include <annals/libpq/lock_classes.hpp>

#include <algorithm>
#include <array>
#include <thread>

namespace annals::migrations {
namespace {

using eventstore::mismatch;
using eventstore::timestamp;
using libpq::connection;
using libpq::parameters;
using libpq::statement_error;

constexpr auto record_of_migrations = R"sql(
    create schema if not exists annals;
    create table if not exists annals.migrations (
        number int primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp(),
        applied_by text not null default session_user
    );
)sql";

struct applied {
    step what;
    std::string checksum;
};

auto applied_migrations(connection& session) -> std::vector<applied>
{
    std::vector<applied> found;
    if (session.query("select 1 where to_regclass('annals.migrations') is not null").empty()) return found;
    const auto rows =
        session.query("select number, name, checksum, applied_at, applied_by from annals.migrations order by number");
    for (int row = 0; row < rows.size(); ++row)
        found.push_back({{rows.get<int>(row, 0), rows.get<std::string>(row, 1), rows.get<timestamp>(row, 3),
                          rows.get<std::string>(row, 4)},
                         rows.get<std::string>(row, 2)});
    return found;
}

/// The database's migrations must be the ones that this program knows, byte for byte.
void check(const std::vector<applied>& found, std::span<const migration> known)
{
    for (const auto& [what, checksum] : found) {
        const auto file = std::ranges::find(known, what.number, &migration::number);
        if (file == known.end())
            throw mismatch("the database has migration " + what.name
                           + ", which this program does not know: "
                             "the schema is newer. Run the program that applied it, or a newer one.");
        if (file->checksum != checksum)
            throw mismatch("migration " + what.name + " has changed since it was applied on "
                           + eventstore::to_string(*what.applied_at) + " by " + what.applied_by
                           + ". Undo the change and put it into a new file; "
                             "a database that may be lost can be dropped and created again.");
    }
}

auto steps(const std::vector<applied>& found, std::span<const migration> known) -> std::vector<step>
{
    check(found, known);
    std::vector<step> all;
    for (const auto& file : known) {
        const auto is_it = [&](const applied& one) { return one.what.number == file.number; };
        const auto done = std::ranges::find_if(found, is_it);
        all.push_back(done != found.end() ? done->what : step{file.number, std::string(file.name), {}, {}});
    }
    return all;
}

void apply_once(connection& session, const migration& file)
{
    session.execute("begin");
    try {
        session.execute(std::string(file.sql));
        session.query("insert into annals.migrations (number, name, checksum) values ($1, $2, $3)",
                      parameters::of(file.number, file.name, file.checksum));
        session.execute("commit");
    } catch (const statement_error&) {
        session.execute("rollback");
        throw;
    }
}

/// Roles belong to the whole cluster. Migrating another of its databases at the same time can collide with this one,
/// and a lock belongs to one database and cannot prevent it (duplicate_object, unique_violation, "tuple concurrently
/// updated").
auto is_collision(const statement_error& problem) -> bool
{
    constexpr std::array<std::string_view, 3> states{"42710", "23505", "XX000"};
    return problem.retryable() || std::ranges::find(states, problem.sqlstate()) != states.end();
}

void apply(connection& session, const migration& file)
{
    constexpr int attempts = 10;
    for (int attempt = 1;; ++attempt) {
        try {
            return apply_once(session, file);
        } catch (const statement_error& problem) {
            if (attempt == attempts || !is_collision(problem))
                throw statement_error(problem.sqlstate(),
                                      "migration " + std::string(file.name) + " failed: " + problem.what());
            std::this_thread::sleep_for(std::chrono::milliseconds{20 * attempt});
        }
    }
}

/// Held until the session ends: a second caller waits here, and then finds everything done.
void wait_for_turn(connection& session)
{
    session.query("select pg_advisory_lock($1, 0)", parameters::of(libpq::lock_class::migrations));
}

}  // namespace

auto status(const std::string& dsn, std::span<const migration> known) -> std::vector<step>
{
    connection session(dsn, "migrate");
    return steps(applied_migrations(session), known);
}

auto migrate(const std::string& dsn, run how, std::span<const migration> known) -> std::vector<step>
{
    connection session(dsn, "migrate");
    if (how == run::for_real) {
        wait_for_turn(session);
        check(applied_migrations(session), known);
        session.execute(record_of_migrations);
    }
    auto missing = steps(applied_migrations(session), known);
    std::erase_if(missing, [](const step& one) { return one.applied_at.has_value(); });
    if (how == run::dry) return missing;
    for (const auto& one : missing) apply(session, *std::ranges::find(known, one.number, &migration::number));
    auto all = steps(applied_migrations(session), known);
    std::erase_if(
        all, [&](const step& one) { return std::ranges::find(missing, one.number, &step::number) == missing.end(); });
    return all;
}

}  // namespace annals::migrations
