// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/parked.hpp>

#include <annals/app/failure.hpp>
#include <annals/app/stop_signals.hpp>
#include <annals/app/suggestion.hpp>
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/job_request.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/processors/model_connection.hpp>
#include <annals/processors/processor_state.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>

namespace annals::cli {
namespace {

using processors::parked_act, processors::parked_key, processors::parked_selection;

struct options {
    std::string projection, stream, error, since, before, reason, data;
    std::int64_t position = 0;               ///< 0: the first event's
    std::int64_t limit = 100;
    std::int64_t rate = 0;                   ///< keys a second; 0: all at once
    bool dry_run = false;
    bool all = false;
    bool yes = false;
    bool waits = true;
};

auto model(const session& session) -> pqxx::connection
{
    return processors::open_model_connection(session.configuration().read_dsn(), "parked");
}

auto time_of(const char* option, const std::string& text) -> std::optional<eventstore::timestamp>
{
    if (text.empty()) return {};
    try {
        return eventstore::parse_timestamp(text);
    } catch (const eventstore::invalid_request& problem) {
        throw eventstore::invalid_request(std::string(option) + ": " + problem.what());
    }
}

auto selection_of(const options& given) -> parked_selection
{
    parked_selection wanted{.processor = given.projection, .error = given.error};
    if (!given.stream.empty()) wanted.key = eventstore::parse_stream(given.stream);
    wanted.since = time_of("--since", given.since);
    wanted.before = time_of("--before", given.before);
    return wanted;
}

/// What the projection is doing. Throws `failure` when there is none of this name.
auto activity_of(const session& session, pqxx::transaction_base& tx, const std::string& name)
    -> processors::processor_activity
{
    std::vector<std::string> names;
    for (auto& one : processors::read_activities(tx)) {
        if (one.processor.name == name) return one;
        names.push_back(one.processor.name);
    }
    throw failure("there is no projection \"" + name + "\"",
                  app::did_you_mean(name, names, "`" + session.program() + " projections list` shows those there are"));
}

/// Throws `failure` when nothing is parked that fits.
auto existing(const session& session, pqxx::transaction_base& tx, const options& given) -> std::vector<parked_key>
{
    activity_of(session, tx, given.projection);
    auto found = processors::find_parked(tx, selection_of(given));
    if (!found.empty()) return found;
    throw failure(given.stream.empty() ? "nothing that fits is parked for " + given.projection
                                       : given.stream + " is not parked for " + given.projection,
                  "`" + session.program() + " parked list " + given.projection + "` shows what is");
}

auto count_of(const std::vector<parked_key>& keys) -> std::string
{
    return app::with_separators(static_cast<std::int64_t>(keys.size())) + (keys.size() == 1 ? " key" : " keys");
}

void show(const session& session, const std::vector<parked_key>& found)
{
    table lines(
        {"projection", "version", "stream", "events", "since", "attempts", "request", "event", "type", "reason"});
    for (const auto& one : found)
        lines.add({one.processor.name, one.processor.version, to_string(one.key), one.events,
                   eventstore::to_string(one.parked_at), one.attempts, cell_of(one.request), one.position.number,
                   one.type, one.reason});
    session.terminal().print(lines);
}

auto list(session& session, const options& given) -> exit_code
{
    auto connection = model(session);
    pqxx::nontransaction tx(connection);
    if (!given.projection.empty()) activity_of(session, tx, given.projection);
    const auto found = processors::find_parked(tx, selection_of(given));
    if (found.empty()) session.terminal().note("nothing is parked");
    else show(session, found);
    return found.empty() ? exit_code::done : exit_code::found;
}

/// What is applied: the stored data, or what an operator wrote in its place.
auto data_of(session& session, const parked_key& key, const processors::parked_event& one) -> std::string
{
    if (one.edited) return *one.edited;
    const auto stored = session.store().read(key.key, {.after = one.version - 1, .events_max = 1});
    return stored.empty() ? "null" : stored.front().data;
}

auto show_key(session& session, const options& given) -> exit_code
{
    auto connection = model(session);
    pqxx::nontransaction tx(connection);
    for (const auto& key : existing(session, tx, given)) {
        if (!session.terminal().is_json())
            session.terminal().print(to_string(key.key) + " waits in " + to_string(key.processor) + " with "
                                     + app::with_separators(key.events) + " events since "
                                     + eventstore::to_string(key.parked_at) + ", tried "
                                     + app::with_separators(key.attempts) + " times:\n" + key.reason + "\n\n");
        table lines({"position", "version", "type", "id", "edited", "data"});
        for (const auto& one : processors::events_of(tx, key, given.limit))
            lines.add({one.position.number, one.version.number, one.type, eventstore::to_string(one.id),
                       one.edited.has_value(), json_text{data_of(session, key, one)}});
        session.terminal().print(lines);
        if (key.events > given.limit) session.terminal().note("there are more: --limit");
    }
    return exit_code::done;
}

/// Nothing when a process will carry requests out now; else why not.
auto why_later(const session& session, const processors::processor_activity& now) -> std::string
{
    const auto& name = now.processor.name;
    if (now.state == "stopped" || now.state == "paused")
        return name + " is " + now.state + ": it is done when it goes on (" + session.program() + " projections resume "
               + name + ")";
    if (now.processes == 0)
        return "no process works on " + name + ": it is done when one does (" + session.program() + " run)";
    return {};
}

/// Waits until no request of these keys is open; Ctrl-C stops only the waiting. Returns those that are still parked.
auto wait_for_requests(session& session, const options& given, const std::vector<parked_key>& asked)
    -> std::vector<parked_key>
{
    app::stop_signals signals;
    auto progress = session.terminal().progress("parked keys", static_cast<std::int64_t>(asked.size()));
    auto connection = model(session);
    const auto is_asked = [&](const parked_key& one) {
        return std::ranges::any_of(asked, [&](const auto& known) { return known.key == one.key; });
    };
    for (;;) {
        pqxx::nontransaction tx(connection);
        auto left = processors::find_parked(tx, {.processor = given.projection});
        std::erase_if(left, [&](const parked_key& one) { return !is_asked(one); });
        const auto open = std::ranges::count_if(left, [](const auto& one) { return !one.request.empty(); });
        progress.advance_to(static_cast<std::int64_t>(asked.size()) - open);
        if (open == 0 || signals.token().stop_requested()) return left;
        eventstore::pause(signals.token(), std::chrono::milliseconds(200));
    }
}

/// Between two keys; rounded up, so that no more than `rate` are asked for in a second.
auto pause_at(std::int64_t rate) -> std::chrono::milliseconds { return std::chrono::milliseconds{1 + 999 / rate}; }

/// Asks the owners of the logs, on record.
void request_all(session& session, const options& given, pqxx::connection& connection,
                 const std::vector<parked_key>& keys, parked_act act, const std::string& verb)
{
    auto streams = eventstore::json::array();
    for (const auto& one : keys) streams.push_back(to_string(one.key));
    operations::job wanted;
    wanted.verb = verb;
    wanted.subject = given.projection;
    wanted.reason = given.reason;
    wanted.arguments = eventstore::json{{"streams", streams}}.dump();
    do_on_record(session, wanted, [&] {
        app::stop_signals signals;
        for (std::size_t asked = 0; asked < keys.size(); ++asked) {
            if (given.rate > 0 && asked > 0) eventstore::pause(signals.token(), pause_at(given.rate));
            if (signals.token().stop_requested()) throw failure("interrupted: not all keys were asked for");
            pqxx::nontransaction tx(connection);
            processors::request(tx, keys[asked], act);
        }
        return "asked for " + count_of(keys);
    });
}

/// Asks for an act, and waits until it is done.
auto ask_for(session& session, const options& given, parked_act act, const std::string& verb) -> exit_code
{
    const auto& terminal = session.terminal();
    auto connection = model(session);
    processors::processor_activity now;
    std::vector<parked_key> keys;
    {
        pqxx::nontransaction tx(connection);
        now = activity_of(session, tx, given.projection);
        keys = existing(session, tx, given);
    }
    if (given.dry_run) {
        show(session, keys);
        terminal.note("nothing was changed");
        return exit_code::done;
    }
    request_all(session, given, connection, keys, act, verb);
    const auto later = why_later(session, now);
    if (!later.empty()) terminal.warn(later);
    if (!later.empty() || !given.waits) return exit_code::done;
    const auto left = wait_for_requests(session, given, keys);
    if (left.empty()) {
        terminal.note(count_of(keys) + (keys.size() == 1 ? " is free" : " are free"));
        return exit_code::done;
    }
    show(session, left);
    return exit_code::found;
}

auto discard(session& session, const options& given) -> exit_code
{
    const auto& terminal = session.terminal();
    const auto what = std::string(given.all ? "all parked events" : "the first parked event") + " of " + given.stream;
    const bool is_sure = given.yes || given.dry_run;
    if (!terminal.confirms(is_sure, "discard " + what + " for " + given.projection + "? The log keeps them.")) {
        terminal.note("nothing was discarded");
        return exit_code::failed;
    }
    return ask_for(session, given, given.all ? parked_act::discard_all : parked_act::discard_first, "discard parked");
}

auto edit(session& session, options given) -> exit_code
{
    if (given.data == "-") given.data.assign(std::istreambuf_iterator<char>(std::cin), {});
    eventstore::check_event({.type = "edited", .data = given.data}, eventstore::parse_stream(given.stream));
    auto connection = model(session);
    pqxx::work tx(connection);
    const auto keys = existing(session, tx, given);
    const auto& key = keys.front();
    const eventstore::log_position position{given.position > 0 ? given.position : key.position.number};
    operations::job wanted;
    wanted.verb = "edit parked";
    wanted.subject = given.projection;
    wanted.reason = given.reason;
    wanted.arguments = eventstore::json{{"stream", to_string(key.key)},
                                        {"position", position.number},
                                        {"data", eventstore::json::parse(given.data)}}
                           .dump();
    do_on_record(session, wanted, [&] {
        if (!processors::edit(tx, key, position, given.data))
            throw failure(to_string(key.key) + " has no parked event at position " + std::to_string(position.number),
                          "`" + session.program() + " parked show " + given.projection + " " + given.stream
                              + "` shows them");
        tx.commit();
        return "edited";
    });
    session.terminal().note("the log keeps what was stored; to apply what you wrote: " + session.program()
                            + " parked retry " + given.projection + " " + given.stream);
    return exit_code::done;
}

void add_key(CLI::App& verb, options& given)
{
    verb.add_option("PROJECTION", given.projection, "its name")->required();
    verb.add_option("STREAM", given.stream, "the parked key with its category, such as sample-S-1")->required();
}

void add_filters(CLI::App& verb, options& given)
{
    verb.add_option("--error", given.error, "whose error has this text in it")->type_name("TEXT");
    verb.add_option("--since", given.since, "parked then or later: 2026-01-31T08:15:00Z")->type_name("TIME");
    verb.add_option("--before", given.before, "parked earlier")->type_name("TIME");
}

void add_request(CLI::App& verb, options& given)
{
    verb.add_option("--reason", given.reason, "why, for people");
    verb.add_flag("--dry-run", given.dry_run, "show what it is about, and change nothing");
    verb.add_flag("!--no-wait", given.waits, "do not wait until it is done");
}

void add_list(CLI::App& group, session& session, const std::shared_ptr<options>& given)
{
    auto* verb = group.add_subcommand("list", "the parked keys, and why their first events cannot be applied");
    verb->add_option("PROJECTION", given->projection, "only this one's");
    verb->add_option("--stream", given->stream, "only this key, with its category: sample-S-1")->type_name("STREAM");
    add_filters(*verb, *given);
    verb->footer("Exit code 3 when something is parked.");
    session.runs(*verb, [&session, given] { return list(session, *given); });
}

void add_retry(CLI::App& group, session& session, const std::shared_ptr<options>& given)
{
    auto* verb = group.add_subcommand("retry", "apply the events of parked keys again, in order");
    verb->add_option("PROJECTION", given->projection, "its name")->required();
    verb->add_option("STREAM", given->stream, "only this key, with its category: sample-S-1");
    add_filters(*verb, *given);
    verb->add_option("--rate", given->rate, "at most this many keys a second")->type_name("N")->check(at_least(1));
    add_request(*verb, *given);
    verb->footer("Exit code 3 when some are still parked.");
    session.runs(*verb, [&session, given] { return ask_for(session, *given, parked_act::retry, "retry parked"); });
}

}  // namespace

void add_parked(CLI::App& app, session& session)
{
    auto* group = app.add_subcommand("parked", "events that a projection could not apply")->group(group::read_models);
    group->require_subcommand(1);
    auto given = std::make_shared<options>();
    add_list(*group, session, given);

    auto* verb = group->add_subcommand("show", "the events of one parked key, and the error");
    add_key(*verb, *given);
    verb->add_option("--limit", given->limit, "at most this many events")->capture_default_str()->check(at_least(1));
    session.runs(*verb, [&session, given] { return show_key(session, *given); });

    add_retry(*group, session, given);

    verb = group->add_subcommand("edit", "have other data applied in place of a parked event's");
    add_key(*verb, *given);
    verb->add_option("--data", given->data, "a JSON object, or - to read it from stdin")->required();
    verb->add_option("--position", given->position, "of the event; otherwise the first one's")->check(at_least(1));
    verb->add_option("--reason", given->reason, "why, for people")->required();
    verb->footer("The event in the log stays as it is. Who edited what and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return edit(session, *given); });

    verb = group->add_subcommand("discard", "drop the event that cannot be applied, and apply the later ones");
    add_key(*verb, *given);
    verb->add_flag("--all", given->all, "drop all parked events of the key");
    verb->add_flag("--yes", given->yes, "do not ask (nor is anything asked without a terminal)");
    add_request(*verb, *given);
    verb->footer("The log keeps the events. Who discarded what and why: annals jobs list --all");
    session.runs(*verb, [&session, given] { return discard(session, *given); });
}

}  // namespace annals::cli
