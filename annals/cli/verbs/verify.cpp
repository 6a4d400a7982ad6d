// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/verify.hpp>

#include <annals/app/existing_category.hpp>
#include <annals/app/kafka_settings.hpp>
#include <annals/app/stop_signals.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/projection_build.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/comparison_lines.hpp>
#include <annals/cli/verbs/saga_verbs.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/operations/published_heads.hpp>
#include <annals/operations/rebuild.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>

#include <CLI/App.hpp>

namespace annals::cli {
namespace {

using kafka::difference;
using kafka::verification;

auto sum(const std::vector<eventstore::log_position>& positions) -> std::int64_t
{
    std::int64_t events = 0;
    for (const auto& position : positions) events += position.number;
    return events;
}

auto sentence(const std::string& topic, const verification& found) -> std::string
{
    auto text = "topic = log: " + topic + ", " + app::with_separators(found.events) + " events, same bytes";
    if (found.repeated > 0) text += "; " + app::with_separators(found.repeated) + " records repeated";
    if (found.expired > 0) text += "; " + app::with_separators(found.expired) + " older ones were removed by retention";
    return text + "\n";
}

auto sentence(const difference& found) -> std::string
{
    auto text = "topic differs: " + found.topic + "/" + std::to_string(found.partition) + " offset "
                + app::with_separators(found.offset);
    if (found.position.number > 0) text += ", position " + app::with_separators(found.position.number);
    if (found.event_id) text += ", event " + eventstore::to_string(*found.event_id);
    return text + ": " + found.what + "\n";
}

auto row(const std::string& topic, const verification& found) -> table
{
    table line({"topic", "equal", "events", "repeated", "expired", "difference", "partition", "offset", "position",
                "event_id"});
    std::vector<cell> cells{topic, !found.first, found.events, found.repeated, found.expired};
    if (const auto& first = found.first) {
        cells.emplace_back(first->what);
        cells.emplace_back(std::int64_t{first->partition});
        cells.emplace_back(first->offset);
        cells.emplace_back(first->position.number);
        if (first->event_id) cells.emplace_back(eventstore::to_string(*first->event_id));
    }
    cells.resize(10);
    line.add(std::move(cells));
    return line;
}

auto verify(session& session, const std::string& name, std::optional<eventstore::log_position> upto) -> exit_code
{
    const auto settings = app::kafka_settings(session.configuration());
    auto& store = session.store();
    const auto category = app::existing_category(store, name);
    const auto topic = topic_of(settings, category.name);
    const auto found = [&] {
        const auto heads = operations::published_heads(session, category.name, upto);
        auto bar = session.terminal().progress(topic, sum(heads));
        return kafka::verify(store, settings, category,
                             {.upto = {}, .heads = heads, .on_progress = [&](auto events) { bar.advance_to(events); }});
    }();
    if (session.terminal().is_json()) session.terminal().print(row(topic, found));
    else session.terminal().print(found.first ? sentence(*found.first) : sentence(topic, found));
    return found.first ? exit_code::found : exit_code::done;
}

/// The copy is dropped however this ends.
class verifying_copy {
public:
    verifying_copy(session& session, const std::string& projection)
        : connection_(processors::open_model_connection(session.configuration().read_dsn(), "verification")),
          both_(operations::verification_target(session, connection_, projection))
    {}
    ~verifying_copy()
    {
        try {
            operations::learn_registration(connection_, both_);
            if (both_.built.id.registration != 0) projections::registry::remove_version(connection_, both_.built.id);
        } catch (const std::exception&) {
            // The next verification goes on with it, and drops it.
        }
    }
    verifying_copy(const verifying_copy&) = delete;
    auto operator=(const verifying_copy&) -> verifying_copy& = delete;

    auto both() -> operations::version_pair& { return both_; }

private:
    pqxx::connection connection_;
    operations::version_pair both_;
};

auto verify_projection(session& session, const std::string& projection, std::size_t differences) -> exit_code
{
    const app::stop_signals signals;
    verifying_copy of(session, projection);
    operations::job asked;
    asked.asked_by = who_asks();
    asked.reason = "verification";
    operations::requested_build build(session, of.both().built.id, asked);
    if (!wait_until_built(session, session.store(), of.both(), build, signals.token())) {
        session.terminal().note("stopped; nothing was changed");
        return exit_code::failed;
    }
    const auto found = compare_with_notes(session, of.both(), differences);
    print_comparison(session.terminal(), found, "the live one", "the one from the log");
    if (found.equal()) session.terminal().note(to_string(of.both().live.id) + " = a fold of the log");
    return found.equal() ? exit_code::done : exit_code::found;
}

}  // namespace

void add_verify(CLI::App& app, session& session)
{
    struct arguments {
        std::string category, projection, saga_type;
        bool sagas = false;
        std::optional<std::int64_t> upto;
        std::size_t differences = 20;
    };
    auto* verb = app.add_subcommand("verify", "check that a topic, a read model or the sagas equal the log")
                     ->group(group::read_models);
    auto given = std::make_shared<arguments>();
    auto* category =
        verb->add_option("CATEGORY", given->category, "the category whose topic is compared with its logs");
    verb->add_option("--upto", given->upto, "events up to this position of each log must be there, otherwise all")
        ->check(at_least(1))
        ->type_name("POSITION");
    verb->add_option("--projection", given->projection, "instead of a topic: compare this one with a fold of the log")
        ->excludes(category)
        ->type_name("NAME");
    auto* sagas = verb->add_flag("--sagas", given->sagas, "instead of a topic: compare the sagas with their streams")
                      ->excludes(category)
                      ->excludes("--projection");
    verb->add_option("--type", given->saga_type, "only sagas of this type")->type_name("TYPE")->needs(sagas);
    verb->add_option("--differences", given->differences, "how many that differ are shown of each table, or saga type")
        ->capture_default_str();
    verb->footer("Exit code 3 when they differ, with the first difference; 1 when that cannot be looked up.\n"
                 "A topic: does not expect events appended meanwhile; waits for those on their way.\n"
                 "A projection: its rows are computed again from the log, beside the live ones, and compared with\n"
                 "them at the same positions; then they are dropped. Sagas: their rows are computed again from\n"
                 "their streams, and their histories must be ones that can be. Changes nothing.");
    session.runs(*verb, [&session, given] {
        if (given->sagas) return verify_sagas(session, given->saga_type, given->differences);
        if (!given->projection.empty()) return verify_projection(session, given->projection, given->differences);
        if (given->category.empty())
            throw failure("verify what? name a category, --projection NAME or --sagas", {}, exit_code::usage);
        return verify(session, given->category,
                      given->upto.transform([](auto number) { return eventstore::log_position{number}; }));
    });
}

}  // namespace annals::cli
