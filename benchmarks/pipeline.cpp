// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/pipeline.hpp>

#include <annals/processors/kafka_feed.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>

#include <pqxx/pqxx>

#include <cstdlib>
#include <stdexcept>

namespace annals::benchmarks {
namespace {

constexpr auto counts = R"(
create table counts (sample_type text primary key, total bigint not null);
-- apply: sample.created
insert into counts as c select data->>'sample_type', count(*) from batch group by 1
on conflict (sample_type) do update set total = c.total + excluded.total;
)";

auto file_of(const projection_head& head) -> projections::sql_file
{
    const auto text = "-- projection: counts\n-- version: 1\n-- categories: " + head.categories
                      + (head.in_one_order ? "" : "\n-- order: none") + counts;
    return projections::parse_sql(text, "counts.sql");
}

auto kafka_settings(const std::string& dsn) -> kafka::settings
{
    const auto* const servers = std::getenv("ANNALS_KAFKA_BOOTSTRAP_SERVERS");
    if (!servers) throw std::runtime_error("no broker: run ./dev bench");
    return {.bootstrap_servers = servers, .topic_template = dsn.substr(dsn.find('=') + 1) + ".{category}.events"};
}

}  // namespace

pipeline::pipeline(eventstore::store& log, const std::string& dsn, way by, const projection_head& head)
{
    const auto file = file_of(head);
    {
        pqxx::connection model{dsn};
        projections::registry::apply(model, file.definition());
    }
    if (by == way::through_kafka) {
        const auto kafka = kafka_settings(dsn);
        ledger_ = std::make_unique<eventstore::postgres::postgres_publication_ledger>(dsn, "annals_bench");
        publisher_ = std::make_unique<kafka::publisher>(log, *ledger_, kafka);
        feed_ = std::make_unique<processors::kafka_feed>(log, kafka, "annals_bench");
        publishing_ = std::jthread([this](std::stop_token stop) { publisher_->run(stop); });
    } else {
        feed_ = std::make_unique<processors::log_feed>(log);
    }
    worker_ = std::make_unique<processors::worker>(
        processors::worker_settings{.model_dsn = dsn, .process = "annals_bench"}, log, *feed_,
        processors::processor_list{std::make_shared<projections::sql_projection>(file)});
    working_ = std::jthread([this](std::stop_token stop) { worker_->run(stop); });
}

}  // namespace annals::benchmarks
