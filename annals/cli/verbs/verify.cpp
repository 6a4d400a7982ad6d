// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/verify.hpp>

#include <annals/app/existing_category.hpp>
#include <annals/app/kafka_settings.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/operations/published_heads.hpp>

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

}  // namespace

void add_verify(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("verify", "check that a topic equals its log")->group(group::read_models);
    auto category = std::make_shared<std::string>();
    auto upto = std::make_shared<std::optional<std::int64_t>>();
    verb->add_option("CATEGORY", *category, "the category whose topic is compared with its logs")->required();
    verb->add_option("--upto", *upto, "events up to this position of each log must be there, otherwise all")
        ->check(at_least(1))
        ->type_name("POSITION");
    verb->footer("Exit code 3 when they differ, with the first difference; 1 when that cannot be looked up.\n"
                 "Does not expect events appended meanwhile; waits for those on their way. Changes nothing.");
    session.runs(*verb, [&session, category, upto] {
        return verify(session, *category,
                      upto->transform([](auto number) { return eventstore::log_position{number}; }));
    });
}

}  // namespace annals::cli
