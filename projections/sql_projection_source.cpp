// SPDX-License-Identifier: Apache-2.0
#include <projections/sql_projection_source.hpp>

#include <processors/model_connection.hpp>
#include <projections/registry.hpp>
#include <projections/sql_projection.hpp>

#include <map>
#include <optional>

namespace annals::projections {

struct sql_projection_source::state {
    struct known {
        eventstore::timestamp created_at;                    ///< removed and applied again is another one
        std::shared_ptr<processors::processor> processor;    ///< null: its file cannot be read
    };

    auto read_entries() -> std::vector<registry::entry>
    {
        try {
            if (!session) session.emplace(processors::open_model_connection(dsn, "projections"));
            pqxx::nontransaction tx(*session);
            return registry::list(tx);
        } catch (const pqxx::failure&) {
            session.reset();
            throw;
        }
    }

    auto read(const registry::entry& entry) const -> std::shared_ptr<processors::processor>
    {
        try {
            return std::make_shared<sql_projection>(parse_sql(entry.text, to_string(entry.id)));
        } catch (const bad_file& problem) {
            report(telemetry::level::error,
                   "the projection " + to_string(entry.id) + " is left out: this program cannot read it. "
                   + problem.what());
            return nullptr;
        }
    }

    std::string dsn;
    processors::reporter report;
    std::optional<pqxx::connection> session;
    std::map<processors::processor_id, known> before;
};

sql_projection_source::sql_projection_source(std::string model_dsn, processors::reporter report)
    : state_(std::make_shared<state>(std::move(model_dsn), std::move(report)))
{}

auto sql_projection_source::operator()() -> std::vector<std::shared_ptr<processors::processor>>
{
    std::map<processors::processor_id, state::known> now;
    std::vector<std::shared_ptr<processors::processor>> all;
    for (const auto& entry : state_->read_entries()) {
        if (!entry.live || entry.kind != kind::sql) continue;
        const auto before = state_->before.find(entry.id);
        const bool is_new = before == state_->before.end() || before->second.created_at != entry.created_at;
        const auto processor = is_new ? state_->read(entry) : before->second.processor;
        now.insert_or_assign(entry.id, state::known{entry.created_at, processor});
        if (processor) all.push_back(processor);
    }
    state_->before = std::move(now);
    return all;
}

}  // namespace annals::projections
