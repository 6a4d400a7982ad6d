// SPDX-License-Identifier: Apache-2.0
#include <annals/queries/database.hpp>

#include <annals/processors/model_connection.hpp>
#include <annals/projections/view/view_rows.hpp>
#include <annals/queries/reading_role.hpp>

#include <algorithm>

namespace annals::queries {

database::database(std::string dsn, std::size_t connections_max)
    : dsn_(std::move(dsn)), connections_max_(std::max<std::size_t>(1, connections_max)), watcher_(dsn_)
{}

void database::wait_for(std::string_view projection, const eventstore::after_token& after)
{
    if (!after.token.empty()) watcher_.wait(projection, after);
}

void database::wait_for(const processors::processor_id& id, const eventstore::after_token& after)
{
    if (after.token.empty()) return;
    read([&](pqxx::transaction_base& tx) { projections::check_live(tx, id); });
    watcher_.wait(id.name, after);
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
    auto connection = std::make_unique<pqxx::connection>(processors::open_model_connection(dsn_, "queries"));
    connection->set_session_var("search_path", "read");
    pqxx::nontransaction(*connection).exec(take_reading_role);
    return connection;
}

}  // namespace annals::queries
