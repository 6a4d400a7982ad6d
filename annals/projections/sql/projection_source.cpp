// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/projection_source.hpp>

#include <annals/processors/log_about.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>

namespace annals::projections {

using processors::processor;
using telemetry::level;

struct projection_source::state {
    auto read_entries() -> std::vector<registry::entry>
    {
        try {
            if (!session) session.emplace(processors::open_model_connection(dsn, "projection list"));
            pqxx::nontransaction tx(*session);
            return registry::list(tx);
        } catch (const pqxx::failure&) {
            session.reset();
            throw;
        }
    }

    /// Null: this program cannot work on it.
    auto take_up(const registry::entry& entry) const -> std::shared_ptr<processor>
    {
        return entry.kind == kind::sql ? read(entry) : find_own(entry);
    }

    auto read(const registry::entry& entry) const -> std::shared_ptr<processor>
    {
        try {
            return std::make_shared<sql_projection>(registry::file_of(entry));
        } catch (const bad_file& problem) {
            log_about(entry.id, level::error, "a projection is left out: this program cannot read it",
                      {{"problem", problem.what()}});
            return nullptr;
        }
    }

    auto find_own(const registry::entry& entry) const -> std::shared_ptr<processor>
    {
        const auto is_it = [&](const own_projection& one) { return same_version(one.id, entry.id); };
        const auto known = std::ranges::find_if(own, is_it);
        if (known == own.end()) return nullptr;
        if (known->hash == entry.hash) return known->make(entry.id);
        log_about(entry.id, level::error,
                  "a projection is left out: it is registered with another definition than this program's",
                  {{"problem", "registered at " + eventstore::to_string(entry.created_at)}});
        return nullptr;
    }

    void tell_of_the_removed(const std::map<processors::processor_id, std::shared_ptr<processor>>& now) const
    {
        for (const auto& one : own) {
            const auto is_it = [&](const auto& id) { return same_version(id, one.id); };
            if (std::ranges::any_of(before | std::views::keys, is_it)
                && std::ranges::none_of(now | std::views::keys, is_it))
                log_about(one.id, level::warning, "a projection was removed from the database",
                          {{"problem", "a start of this program registers it again"}});
        }
    }

    std::string dsn;
    std::vector<own_projection> own;
    std::optional<pqxx::connection> session;
    std::map<processors::processor_id, std::shared_ptr<processor>> before;
};

projection_source::projection_source(std::string model_dsn, std::vector<own_projection> own)
    : state_(std::make_shared<state>(std::move(model_dsn), std::move(own)))
{}

auto projection_source::operator()() -> std::vector<std::shared_ptr<processor>>
{
    std::map<processors::processor_id, std::shared_ptr<processor>> now;
    std::vector<std::shared_ptr<processor>> all;
    for (const auto& entry : state_->read_entries()) {
        if (!entry.is_applied()) continue;
        const auto known = state_->before.find(entry.id);
        const auto one = known != state_->before.end() ? known->second : state_->take_up(entry);
        now.emplace(entry.id, one);
        if (one) all.push_back(one);
    }
    state_->tell_of_the_removed(now);
    state_->before = std::move(now);
    return all;
}

}  // namespace annals::projections
