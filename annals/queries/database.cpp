// SPDX-License-Identifier: Apache-2.0
#include <annals/queries/database.hpp>

#include <annals/eventstore/server_away.hpp>
#include <annals/libpq/dsn.hpp>
#include <annals/libpq/outages.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/reading_role.hpp>
#include <annals/projections/view/view_rows.hpp>

#include <algorithm>

namespace annals::queries {
namespace {

constexpr auto part = "queries";

}  // namespace

using eventstore::server_away;

database::database(std::string dsn, std::size_t connections_max, std::chrono::milliseconds patience)
    : dsn_(std::move(dsn)),
      connections_max_(std::max<std::size_t>(1, connections_max)),
      patience_(patience),
      watcher_(dsn_)
{}

void database::wait_for(std::string_view projection, const eventstore::after_token& after)
{
    if (!after.token.empty()) watcher_.wait({std::string(projection)}, after);
}

void database::wait_for(const processors::processor_id& id, const eventstore::after_token& after)
{
    if (after.token.empty()) return;
    read([&](pqxx::transaction_base& tx) { projections::check_live(tx, id); });
    watcher_.wait({id.name, id.version}, after);
}

/// A session that was lost after `until` was lost because of it.
void database::refuse_late(time_point until) const
{
    if (std::chrono::steady_clock::now() < until) return;
    const auto server = libpq::server_of(libpq::parse_dsn(dsn_));
    libpq::outages::of_this_process().session_lost(server, part, "it does not answer");
    throw server_away("PostgreSQL at " + server + " has not answered a question within "
                      + std::to_string(patience_.count()) + " ms: it hangs, or the question needs a longer `patience`");
}

auto database::take(time_point until) -> std::unique_ptr<pqxx::connection>
{
    std::unique_lock lock(mutex_);
    if (!returned_.wait_until(lock, until, [&] { return lent_ < connections_max_; }))
        throw eventstore::unavailable(
            "all " + std::to_string(connections_max_) + " connections to the read models were in use for "
            + std::to_string(patience_.count()) + " ms: questions take long, or more connections are needed");
    ++lent_;
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (connection->is_open()) return connection;
    }
    lock.unlock();
    try {
        return open(until);
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

auto database::open(time_point until) -> std::unique_ptr<pqxx::connection>
{
    auto connection = std::make_unique<pqxx::connection>(processors::open_model_connection(dsn_, part, until));
    const libpq::call_limits::limit limit(limits_, connection->sock(), until);
    connection->set_session_var("search_path", "read");
    pqxx::nontransaction(*connection).exec(projections::take_reading_role);
    return connection;
}

}  // namespace annals::queries
