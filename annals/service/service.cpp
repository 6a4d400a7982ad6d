// SPDX-License-Identifier: Apache-2.0
#include <annals/service/service.hpp>

#include <annals/commands/aggregate_cache.hpp>
#include <annals/commands/snapshot_writer.hpp>
#include <annals/eventstore/postgres/postgres_snapshots.hpp>
#include <annals/eventstore/postgres/postgres_store.hpp>

#include <mutex>

namespace annals {

using eventstore::postgres::open_snapshots, eventstore::postgres::open_store;

/// Destroyed from below: what uses a part is below it.
struct service::parts {
    explicit parts(service_settings wanted)
        : dsn(wanted.dsn),
          store(open_store({.dsn = wanted.dsn,
                            .connections_max = wanted.log_connections_max,
                            .default_partitions = wanted.default_partitions,
                            .unsafe = wanted.unsafe,
                            .patience = wanted.patience})),
          read_models(wanted.read_dsn.empty() ? wanted.dsn : wanted.read_dsn, wanted.read_connections_max,
                      wanted.patience),
          patience(wanted.patience)
    {
        if (wanted.cache_bytes > 0) cache.emplace(*store, wanted.cache_bytes);
    }

    const std::string dsn;
    std::unique_ptr<eventstore::store> store;
    std::optional<commands::aggregate_cache> cache;
    queries::database read_models;
    const std::chrono::milliseconds patience;
    std::mutex opening;                      // guards that the next two are made once
    std::unique_ptr<eventstore::snapshots> kept;
    std::optional<commands::snapshot_writer> snapshots;
};

service::service(service_settings wanted) : parts_(std::make_unique<parts>(std::move(wanted))) {}
service::service(service&&) noexcept = default;
auto service::operator=(service&&) noexcept -> service& = default;
service::~service() = default;

auto service::store() -> eventstore::store& { return *parts_->store; }
auto service::read_models() -> queries::database& { return parts_->read_models; }
auto service::cache() -> commands::aggregate_cache* { return parts_->cache ? &*parts_->cache : nullptr; }

auto service::snapshots() -> commands::snapshot_writer&
{
    const std::scoped_lock lock(parts_->opening);
    if (!parts_->kept) parts_->kept = open_snapshots(parts_->dsn, parts_->patience);
    if (!parts_->snapshots) parts_->snapshots.emplace(*parts_->kept);
    return *parts_->snapshots;
}

auto service::handle(const std::vector<commands::command_for>& wanted, const eventstore::metadata& origin,
                     const commands::handle_options& options)
    -> std::expected<commands::accepted_together, commands::refusal>
{
    return commands::handle(store(), wanted, origin, remembering(options, true));
}

auto service::remembering(commands::handle_options options, bool has_snapshots) -> commands::handle_options
{
    if (options.cache == nullptr) options.cache = cache();
    if (options.snapshots == nullptr && has_snapshots) options.snapshots = &snapshots();
    return options;
}

auto open(service_settings wanted) -> service { return service(std::move(wanted)); }

}  // namespace annals
