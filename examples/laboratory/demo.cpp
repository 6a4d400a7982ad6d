// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/demo.hpp>

#include <annals/app/kafka_settings.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/terminal/table.hpp>
#include <annals/eventstore/postgres/publication_status.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/verify.hpp>
#include <annals/processors/lag.hpp>
#include <annals/service/service.hpp>
#include <examples/laboratory/lives.hpp>
#include <examples/laboratory/running_program.hpp>
#include <examples/laboratory/saga_demo.hpp>
#include <examples/laboratory/sample.hpp>

#include <pqxx/pqxx>

#include <chrono>
#include <cstdio>
#include <thread>

namespace laboratory {
namespace {

using namespace annals;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr int samples = 5000;
constexpr int people = 8;

/// What the demonstration looks at while it runs.
struct observer {
    explicit observer(cli::session& session)
        : store(session.store()), log(session.configuration().dsn()), model(session.configuration().read_dsn())
    {}

    auto behind() -> std::int64_t
    {
        std::int64_t events = 0;
        for (const auto& lag : processors::lag(model, store)) events = std::max(events, lag.events);
        return events;
    }

    /// Events of the laboratory on Kafka, and in the log.
    auto published() -> std::pair<std::int64_t, std::int64_t>
    {
        std::pair<std::int64_t, std::int64_t> sum;
        for (const auto& one : eventstore::postgres::read_publication_status(log)) {
            sum.first += one.published.number;
            sum.second += one.head.number;
        }
        return sum;
    }

    eventstore::store& store;
    libpq::connection log;
    pqxx::connection model;
};

auto today() -> std::string
{
    auto day = eventstore::to_string(eventstore::now()).substr(0, 10);
    std::erase(day, '-');
    return day + "-" + eventstore::to_string(eventstore::new_uuid()).substr(32);
}

void live_through_the_day(cli::session& session, observer& watched, lives& day)
{
    auto bar = session.terminal().progress(app::with_separators(samples) + " samples", samples);
    const auto began = clock::now();
    std::jthread at_work([&] { day.live(people); });
    while (day.samples_done() < samples) {
        std::this_thread::sleep_for(200ms);
        const auto seconds = std::chrono::duration<double>(clock::now() - began).count();
        const auto rate = static_cast<std::int64_t>(static_cast<double>(day.events()) / seconds);
        bar.advance_to(day.samples_done(), "events " + app::with_separators(day.events()) + ", "
                                               + app::with_separators(rate) + "/s   on Kafka "
                                               + app::with_separators(watched.published().first) + "   behind "
                                               + app::with_separators(watched.behind()));
    }
}

/// Waits until every read model and every topic has all events; false when that takes too long.
auto wait_for_the_rest(observer& watched) -> bool
{
    for (const auto until = clock::now() + 60s; clock::now() < until; std::this_thread::sleep_for(100ms)) {
        const auto [on_kafka, in_log] = watched.published();
        if (on_kafka == in_log && watched.behind() == 0) return true;
    }
    return false;
}

void show(cli::session& session, observer& watched, const std::string& title, const std::string& query)
{
    pqxx::read_transaction tx(watched.model);
    const auto rows = tx.exec(query);
    std::vector<std::string> columns;
    for (pqxx::row_size_type at = 0; at < rows.columns(); ++at) columns.emplace_back(rows.column_name(at));
    cli::table table(columns);
    for (const auto& row : rows) {
        std::vector<cli::cell> cells;
        for (const auto& field : row)
            if (field.type() == 20) cells.emplace_back(field.as<std::int64_t>());    // bigint: aligned as a number
            else cells.emplace_back(field.as<std::string>(""));
        table.add(std::move(cells));
    }
    session.terminal().print("\n" + title + "\n");
    session.terminal().print(table);
}

void show_projections(cli::session& session, observer& watched)
{
    cli::table table({"name", "version", "applied", "events_behind", "seconds"});
    for (const auto& lag : processors::lag(watched.model, watched.store))
        table.add({lag.processor.name, std::int64_t{lag.processor.version}, lag.applied, lag.events,
                   std::chrono::duration<double>(lag.age).count()});
    session.terminal().print("\nprojections and process managers\n");
    session.terminal().print(table);
}

void show_refusals(cli::session& session, const lives& day)
{
    const auto say = [&](const std::string& key, const auto& answer) {
        if (!answer) session.terminal().print("refused: " + key + " \"" + answer.error().reason + "\"\n");
    };
    session.terminal().print("\n");
    say("SAM-unknown", session.service().handle<sample>("SAM-unknown", validate_sample{.by = "ada", .volume_ml = 4}));
    const create_sample again{
        .sample_id = "SAM-twin", .barcode = day.key(0), .sample_type = "blood", .patient_id = "P-1"};
    say("SAM-twin", session.service().handle<sample>("SAM-twin", again));
    session.terminal().print("and " + app::with_separators(day.refused())
                             + " commands that came too early in the day\n");
}

void show_topics(cli::session& session, observer& watched)
{
    const auto kafka = app::kafka_settings(session.configuration());
    for (const auto* const aggregate : session.types().aggregates) {
        const auto category = watched.store.find_category(aggregate->category);
        if (!category) continue;
        const auto found = kafka::verify(watched.store, kafka, *category);
        const auto topic = kafka::topic_of(kafka, category->name);
        session.terminal().print(found.first ? "topic differs: " + topic + ": " + found.first->what + "\n"
                                             : "topic = log: " + topic + ", " + app::with_separators(found.events)
                                                   + " events, same bytes (annals verify)\n");
    }
}

void show_what_came_out(cli::session& session, observer& watched, const lives& day)
{
    show(session, watched, "read.sample_counts", "select * from read.sample_counts order by total_count desc");
    show(session, watched, "read.processing_metrics, the last hours",
         "select to_char(window_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as window_start, sample_type,"
         " samples_processed, unique_samples from read.processing_metrics order by 1 desc, 2 limit 6");
    show(session, watched, "read.worklist, the most urgent",
         "select sample, sample_type, priority, waits_for from read.worklist"
         " order by array_position('{urgent,high,normal,low}', priority), since limit 4");
    show_projections(session, watched);
    show_refusals(session, day);
    show_topics(session, watched);
}

constexpr auto next = R"next(
Next:  eval "$(./dev env)"
       psql -c 'table read.worklist limit 5'        annals projections list
       annals read sample-%s     annals publish status
       laboratory command sample-S-1 create_sample \
         '{"sample_id":"S-1","barcode":"B-1","sample_type":"DNA","patient_id":"P-1"}'
       laboratory run                                ./dev down
)next";

}  // namespace

auto demo(cli::session& session) -> app::exit_code
{
    observer watched(session);
    running_program program({"run", "--log-level", "warning"});
    const auto name_of_day = today();
    lives day(session.service(), name_of_day, samples);
    live_through_the_day(session, watched, day);
    if (!wait_for_the_rest(watched))
        throw app::failure("the read models or the topics are not up to date after a minute",
                           "see: annals projections list, annals publish status, annals doctor");
    show_what_came_out(session, watched, day);
    show_sagas(session, name_of_day);
    std::printf(next, day.key(41).c_str());
    return program.stop() == 0 ? app::exit_code::done : app::exit_code::failed;
}

}  // namespace laboratory
