// SPDX-License-Identifier: Apache-2.0
#include <queries/database.hpp>

#include <processors/model_connection.hpp>
#include <projections/server_error.hpp>
#include <projections/view_rows.hpp>
#include <queries/errors.hpp>

#include <algorithm>

namespace annals::queries {
namespace {

/// Under a role that can only read, where the user may take it; `pg_has_role` also knows that a superuser may.
constexpr auto take_reading_role = R"(
    select set_config('role', 'annals_reader', false) where pg_has_role(current_user, 'annals_reader', 'member'))";

/// A version of a projection waits for itself, while it is the live one; no row when it is not.
constexpr auto waiting = R"(
    select annals.wait_for($1, $2, $3 * interval '1 ms')
    where $4::int is null
       or exists (select from annals.projections where name = $1 and version = $4 and live))";

}  // namespace

database::database(std::string dsn, std::size_t connections_max)
    : dsn_(std::move(dsn)), connections_max_(std::max<std::size_t>(1, connections_max))
{}

void database::wait_for(std::string_view projection, const eventstore::after_token& after)
{
    wait_for(projection, std::nullopt, after);
}

void database::wait_for(const processors::processor_id& id, const eventstore::after_token& after)
{
    wait_for(id.name, id.version, after);
}

void database::wait_for(std::string_view projection, std::optional<int> version, const eventstore::after_token& after)
{
    if (after.token.empty()) return;
    const auto text = to_string(after.token);
    try {
        const auto outcome = on_connection([&](pqxx::connection& connection) {
            pqxx::nontransaction tx(connection);
            const auto found =
                tx.exec(waiting, pqxx::params{projection, text, after.timeout.count(), version}).opt_row();
            if (!found) projections::refuse_to_read(tx, {std::string(projection), version.value_or(0)});
            return found->front().as<std::string>();
        });
        if (outcome == "timed out")
            throw not_reached("the read model " + std::string(projection) + " has not come as far as " + text
                              + " within " + std::to_string(after.timeout.count())
                              + " ms: ask again, or without after()");
        if (outcome == "parked")
            throw set_aside("the read model " + std::string(projection) + " has set aside an event up to " + text
                            + ": its row will not change until the event is retried or discarded");
    } catch (const pqxx::sql_error& problem) {
        if (problem.sqlstate() == "22023") throw eventstore::invalid_request(projections::words_of(problem));
        throw;
    }
}

auto database::take() -> std::unique_ptr<pqxx::connection>
{
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return lent_ < connections_max_; });
    ++lent_;
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_open()) return connection;
    }
    lock.unlock();
    try {
        return open();
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

void database::give_back(std::unique_ptr<pqxx::connection> connection) noexcept
{
    {
        const std::scoped_lock lock(mutex_);
        --lent_;
        if (connection && connection->is_open()) idle_.push_back(std::move(connection));
        else idle_.clear();
    }
    returned_.notify_one();
}

auto database::open() const -> std::unique_ptr<pqxx::connection>
{
    auto connection = std::make_unique<pqxx::connection>(processors::open_model_connection(dsn_, "annals queries"));
    connection->set_session_var("default_transaction_isolation", "read committed");
    connection->set_session_var("search_path", "read");
    pqxx::nontransaction(*connection).exec(take_reading_role);
    return connection;
}

}  // namespace annals::queries
