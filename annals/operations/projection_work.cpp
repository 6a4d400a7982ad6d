// SPDX-License-Identifier: Apache-2.0
#include <annals/operations/projection_work.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/kafka_settings.hpp>
#include <annals/app/topic_template.hpp>
#include <annals/operations/process_manager_part.hpp>
#include <annals/operations/topic_watch.hpp>
#include <annals/processors/kafka_feed.hpp>
#include <annals/processors/log_about.hpp>
#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/registry.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/sql/projection_source.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/sagas/orchestrator/saga_trigger.hpp>

#include <pqxx/pqxx>

#include <algorithm>
#include <filesystem>
#include <thread>

namespace annals::operations {
namespace {

namespace registry = projections::registry;

using telemetry::level;

/// Registers a definition; an older live version stays live until the new one is rebuilt. Returns the hash of the
/// registered definition. New ones are added to `done`.
auto registered(pqxx::connection& model, const projections::definition& definition, std::string& done) -> std::string
{
    const auto outcome = registry::apply(model, definition);
    if (outcome == registry::outcome::created) {
        log_about(definition.id, level::info, "a projection is registered");
        done += (done.empty() ? "" : ", ") + to_string(definition.id);
    }
    if (outcome == registry::outcome::waiting)
        log_about(definition.id, level::warning, "a projection waits for a rebuild; the older version stays live");
    pqxx::read_transaction tx(model);
    const auto entry = registry::find(tx, definition.id);
    return entry ? entry->hash : std::string();
}

/// In the working directory at the time it was named, or next to the program.
auto find_sql_file(const std::string& name) -> std::filesystem::path
{
    if (std::filesystem::exists(name)) return name;
    const auto beside = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
    return std::filesystem::exists(beside) ? beside : std::filesystem::path(name);
}

/// Reads every file before it registers anything. Each projection is registered on its own: when the server refuses
/// one, the error says which ones were registered before it.
auto register_all(const app::context& context) -> std::vector<projections::own_projection>
{
    std::vector<projections::own_projection> own;
    const auto& types = context.types();
    if (types.projections.empty() && types.sql_files.empty()) return own;
    std::vector<projections::definition> files;
    for (const auto& file : types.sql_files)
        files.push_back(projections::read_sql_file(find_sql_file(file)).definition());
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "registration");
    std::string done;
    try {
        for (const auto& projection : types.projections) {
            const auto definition = projection.define();
            own.push_back({definition.id, registered(model, definition, done), projection.make});
        }
        for (const auto& file : files) registered(model, file, done);
    } catch (const std::exception& problem) {
        const auto known = app::explain(problem);
        if (done.empty()) throw;
        throw app::failure(known.what(),
                           (known.hint().empty() ? "" : known.hint() + "; ") + "registered before it: " + done
                               + ", which may stay",
                           known.code());
    }
    return own;
}

/// The program's own processors and process managers, known to the database from now on.
auto own_processors(app::context& context) -> processors::processor_list
{
    auto own = process_managers(context);
    const auto& types = context.types();
    if (types.processors.empty()) return own;
    auto model = processors::open_model_connection(context.configuration().read_dsn(), "registration");
    for (const auto& one : types.processors) {
        const bool is_new = processors::registry::add(model, context.store(), one.header);
        own.push_back(one.make(context.service()));
        if (is_new) log_about(own.back()->id(), level::info, "a processor is registered");
    }
    return own;
}

/// What starts the program's sagas for events.
void add_triggers(app::context& context, processors::processor_list& own)
{
    const auto& settings = context.configuration();
    auto client = std::make_shared<sagas::client>(settings.dsn());
    auto model = processors::open_model_connection(settings.read_dsn(), "registration");
    for (const auto& saga : context.types().sagas) {
        if (!saga.started_by) continue;
        auto trigger = std::make_shared<sagas::saga_trigger>(saga, client);
        if (processors::registry::add(model, context.store(), trigger->header()))
            log_about(trigger->id(), level::info, "a processor is registered");
        own.push_back(std::move(trigger));
    }
}

auto broker_of(app::context& context, projection_work::reads from) -> std::optional<kafka::settings>
{
    if (from == projection_work::reads::the_log || !context.configuration().has_kafka()) return {};
    auto kafka = app::kafka_settings(context.configuration());
    app::check_topic_template(context, kafka);
    return kafka;
}

auto open_feed(app::context& context, const std::optional<kafka::settings>& broker) -> std::unique_ptr<processors::feed>
{
    if (!broker) return std::make_unique<processors::log_feed>(context.store());
    return std::make_unique<processors::kafka_feed>(context.store(), *broker, context.program());
}

/// Errors that cannot pass end the program at the start: a pooler in between, another encoding. An unreachable server
/// is waited for.
void check_model_sessions(const std::string& dsn)
{
    try {
        processors::open_model_connection(dsn, "start");
    } catch (const eventstore::unavailable&) {
        // The worker retries.
    }
}

}  // namespace

projection_work::projection_work(app::context& context, reads from)
    : context_(context),
      broker_(broker_of(context, from)),
      feed_(open_feed(context, broker_)),
      registered_(context.configuration().read_dsn(), register_all(context)),
      own_(own_processors(context))
{
    if (!context.types().sagas.empty()) add_triggers(context, own_);
    for (const auto& one : context.types().projections) named_.push_back(one.define().id);
    check_model_sessions(context.configuration().read_dsn());
}

auto projection_work::find_projections() -> processors::processor_list
{
    auto found = registered_();
    std::vector<process_subject> known;
    for (const auto& processor : own_) known.push_back({"processor", processor->id().name, processor->id().version});
    for (const auto& processor : found) known.push_back({"projection", processor->id().name, processor->id().version});
    for (const auto& id : named_)            // also those that wait for a rebuild
        if (std::ranges::none_of(found, [&](const auto& one) { return same_version(one->id(), id); }))
            known.push_back({"projection", id.name, id.version});
    const std::scoped_lock lock(mutex_);
    known_ = std::move(known);
    return found;
}

void projection_work::run(std::stop_token stop)
{
    const auto& settings = context_.configuration();
    processors::worker worker(
        {.model_dsn = settings.read_dsn(),
         .process = context_.program(),
         .source = [this] { return find_projections(); },
         .connections_max = static_cast<std::size_t>(settings.number("connections_max")),
         .parking = {.keys = settings.number("parked.keys"), .events = settings.number("parked.events")}},
        context_.store(), *feed_, own_);
    std::jthread topics;
    if (broker_)
        topics = std::jthread(
            [this](const std::stop_token& end) { watch_topics(context_.configuration().dsn(), *broker_, end); });
    worker.run(std::move(stop));
}

auto projection_work::known() const -> std::vector<process_subject>
{
    const std::scoped_lock lock(mutex_);
    return known_;
}

}  // namespace annals::operations
