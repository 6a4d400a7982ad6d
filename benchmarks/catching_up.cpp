// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/postgres_store.hpp>
#include <annals/processors/batch_applier.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <benchmarks/benchmark.hpp>
#include <benchmarks/catching_up/by_hand.hpp>
#include <benchmarks/catching_up/laboratory_log.hpp>
#include <benchmarks/catching_up/read_models.hpp>
#include <benchmarks/catching_up/sql_files.hpp>
#include <benchmarks/report.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace annals::benchmarks {
namespace {

using clock = std::chrono::steady_clock;

/// A projection, and the same by hand.
struct contender {
    std::string name;
    projections::definition definition;
    std::function<std::shared_ptr<processors::processor>()> make;
    std::function<double(const std::string& dsn)> by_hand;
};

auto contenders(std::string_view only) -> std::vector<contender>
{
    std::vector<contender> all;
    for (const auto& one : sql_files) {
        const auto file = projections::parse_sql(one.text(), "benchmark.sql");
        all.push_back({one.name, file.definition(),
                       [file] { return std::make_shared<projections::sql_projection>(file); },
                       [file](const std::string& dsn) { return sql_by_hand(dsn, file); }});
    }
    all.push_back({"view", projections::view<card>::definition(),
                   [] { return std::make_shared<projections::view<card>>(); }, card_by_hand});
    all.push_back({"table", projections::table<station>::definition(),
                   [] { return std::make_shared<projections::table<station>>(); }, station_by_hand});
    std::erase_if(all, [&](const contender& one) { return one.name.find(only) == std::string::npos; });
    return all;
}

/// What a worker does, in this thread.
auto catch_up(const std::string& dsn, const contender& one, std::int64_t events) -> double
{
    {
        pqxx::connection model(dsn);
        projections::registry::apply(model, one.definition);
    }
    const auto store = eventstore::postgres::open_store({.dsn = dsn});
    processors::log_feed feed(*store);
    const auto applied = one.make();
    auto session = processors::open_model_connection(dsn, "benchmark");
    const auto logs = processors::number_logs(session, *store, applied->categories());
    processors::batch_applier applier(*applied, *store, feed);
    applier.connect(processors::model_session(std::move(session)));
    applier.work_on(logs);
    const auto began = clock::now();
    for (std::int64_t done = 0; done < events;) done += static_cast<std::int64_t>(applier.step());
    return seconds(clock::now() - began).count();
}

}  // namespace

void catching_up(std::span<char*> arguments)
{
    const auto events = static_cast<std::int64_t>(option(arguments, "--events", 100'000));
    const auto repetitions = static_cast<int>(option(arguments, "--repetitions", 3));
    const auto only = text_option(arguments, "--only");

    std::vector<row> rows;
    for (const auto& one : contenders(only)) {
        std::vector<sample> by_annals, by_hand;
        for (int i = 0; i < repetitions; ++i) {
            const laboratory_log database(events);
            by_annals.push_back({static_cast<double>(events) / catch_up(database.dsn(), one, events)});
            by_hand.push_back({one.by_hand(database.dsn())});
        }
        auto line = medians(one.name, {}, {}, by_annals);
        line.ratio_to["by hand"] = ratio(by_annals, by_hand);
        rows.push_back(std::move(line));
    }
    print("catching_up", rows);
}

}  // namespace annals::benchmarks
