// SPDX-License-Identifier: Apache-2.0
#include <cli/projection_work.hpp>

#include <cli/kafka_settings.hpp>
#include <cli/topic_template.hpp>
#include <processors/kafka_feed.hpp>
#include <processors/log_feed.hpp>
#include <processors/model_connection.hpp>
#include <projections/projection_source.hpp>
#include <projections/registry.hpp>
#include <projections/sql_file.hpp>
#include <telemetry/log.hpp>

#include <pqxx/pqxx>

#include <filesystem>

namespace annals::cli {
namespace {

namespace registry = projections::registry;

void say(const std::string& line) { telemetry::log(telemetry::level::info, line); }

/// An older live version goes on until the new one is rebuilt. Returns the hash that it is registered by.
auto registered(pqxx::connection& model, const projections::definition& definition) -> std::string
{
    const auto outcome = registry::apply(model, definition);
    if (outcome == registry::outcome::created) say("registered " + to_string(definition.id));
    if (outcome == registry::outcome::waiting)
        say(to_string(definition.id) + " waits for a rebuild; the older version goes on");
    pqxx::read_transaction tx(model);
    const auto entry = registry::find(tx, definition.id);
    return entry ? entry->hash : std::string();
}

/// Where it was named from, or beside the program.
auto find_sql_file(const std::string& name) -> std::filesystem::path
{
    if (std::filesystem::exists(name)) return name;
    const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
    return std::filesystem::exists(beside) ? beside : std::filesystem::path(name);
}

auto register_all(const session& session) -> std::vector<projections::own_projection>
{
    std::vector<projections::own_projection> own;
    const auto& types = session.types();
    if (types.projections.empty() && types.sql_files.empty()) return own;
    auto model =
        processors::open_model_connection(session.configuration().read_dsn(), session.program() + " registration");
    for (const auto& projection : types.projections) {
        const auto definition = projection.define();
        own.push_back({definition.id, registered(model, definition), projection.make});
    }
    for (const auto& file : types.sql_files)
        registered(model, projections::read_sql_file(find_sql_file(file)).definition());
    return own;
}

auto open_feed(session& session, projection_work::reads from) -> std::unique_ptr<processors::feed>
{
    const auto& settings = session.configuration();
    if (from == projection_work::reads::the_log || !settings.has_kafka())
        return std::make_unique<processors::log_feed>(session.store());
    const auto kafka = kafka_settings(settings);
    check_topic_template(session, kafka);
    return std::make_unique<processors::kafka_feed>(session.store(), kafka, session.program());
}

}  // namespace

projection_work::projection_work(session& session, reads from)
    : session_(session),
      registered_(session.configuration().read_dsn(), say, register_all(session)),
      feed_(open_feed(session, from))
{}

auto projection_work::find_projections() -> processors::processor_list
{
    auto found = registered_();
    std::vector<known_subject> known;
    for (const auto& processor : found) known.push_back({"projection", processor->id().name, processor->id().version});
    const std::scoped_lock lock(mutex_);
    known_ = std::move(known);
    return found;
}

void projection_work::run(std::stop_token stop)
{
    processors::worker worker({.model_dsn = session_.configuration().read_dsn(),
                               .process = session_.program(),
                               .source = [this] { return find_projections(); },
                               .report = say},
                              session_.store(), *feed_);
    worker.run(std::move(stop));
}

auto projection_work::known() const -> std::vector<known_subject>
{
    const std::scoped_lock lock(mutex_);
    return known_;
}

}  // namespace annals::cli
