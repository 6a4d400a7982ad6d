// SPDX-License-Identifier: Apache-2.0
#include <projections/sql_projection_source.hpp>

#include <projections/registry.hpp>
#include <projections/sql_projection.hpp>

#include <processors/model_connection.hpp>

namespace annals::projections {

struct sql_projection_source::known {
    eventstore::timestamp created_at;                        ///< removed and applied again is another one
    std::shared_ptr<processors::processor> processor;        ///< null: its file cannot be read
};

sql_projection_source::sql_projection_source(std::string model_dsn, std::function<void(const std::string&)> report)
    : dsn_(std::move(model_dsn)), report_(std::move(report))
{
}

sql_projection_source::~sql_projection_source() = default;

auto sql_projection_source::operator()() -> std::vector<std::shared_ptr<processors::processor>>
{
    std::vector<registry::entry> entries;
    try {
        if (!session_) session_ = std::make_unique<pqxx::connection>(processors::open_model_connection(dsn_, "projections"));
        pqxx::nontransaction tx(*session_);
        entries = registry::list(tx);
    } catch (const pqxx::failure&) {
        session_.reset();
        throw;
    }
    std::map<processors::processor_id, known> now;
    std::vector<std::shared_ptr<processors::processor>> all;
    for (const auto& entry : entries) {
        if (!entry.live || entry.kind != kind::sql) continue;
        auto& one = now[entry.id];
        if (const auto before = known_.find(entry.id); before != known_.end() && before->second.created_at == entry.created_at) {
            one = before->second;
        } else {
            one.created_at = entry.created_at;
            try {
                one.processor = std::make_shared<sql_projection>(parse_sql(entry.text, to_string(entry.id)));
            } catch (const bad_file& problem) {
                report_("the projection " + to_string(entry.id) + " is left out: this program cannot read it. " + problem.what());
            }
        }
        if (one.processor) all.push_back(one.processor);
    }
    known_ = std::move(now);
    return all;
}

}  // namespace annals::projections
