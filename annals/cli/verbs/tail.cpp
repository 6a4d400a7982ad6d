// SPDX-License-Identifier: Apache-2.0
#include <annals/app/stop_signals.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/source_reader.hpp>
#include <annals/cli/terminal/event_lines.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>

#include <CLI/App.hpp>

#include <csignal>
#include <deque>
#include <set>
#include <unistd.h>

namespace annals::cli {
namespace {

using namespace std::chrono_literals;

struct options {
    std::vector<std::string> what;           ///< empty: every category, including later ones
    reading_bounds bounds;
    std::string type = "*";
};

/// Shows events as they come, until it is stopped or its output is closed.
class tail {
public:
    tail(session& session, const options& given)
        : session_(session), given_(given), wanted_(eventstore::type_pattern::parse(given.type))
    {
        for (const auto& what : given.what) follow(what);
        if (given.what.empty()) follow_categories();
        if (!given.bounds.has_start())
            for (auto& reader : readers_) reader.skip_to_end();
    }

    void run(const std::stop_token& stop)
    {
        auto& changes = session_.store().changes();
        const std::stop_callback wake(stop, [&changes] { changes.tell(); });
        session_.terminal().note("waiting for events; Ctrl-C ends it");
        while (!stop.stop_requested() && !is_closed(STDOUT_FILENO)) {
            const auto seen = changes.count();
            show_new(stop);
            changes.wait(seen, look_every);
        }
    }

private:
    /// How soon a closed standard output is noticed when no events come.
    static constexpr auto look_every = 250ms;
    static constexpr auto try_again_every = 500ms;

    void follow(const std::string& what) { readers_.emplace_back(session_.store(), what, given_.bounds); }

    void follow_categories()
    {
        for (const auto& category : session_.store().categories())
            if (categories_.insert(category.name).second) follow(category.name);
    }

    /// Waits for a server that is unreachable: each reader knows what it has shown.
    void show_new(const std::stop_token& stop)
    {
        try {
            if (given_.what.empty()) follow_categories();
            for (auto& reader : readers_)
                for (const auto& event : reader.rest()) {
                    if (stop.stop_requested()) return;
                    if (wanted_.matches(event.type)) session_.terminal().print(line_of(session_.terminal(), event));
                    reader.has(event);
                }
            if (std::exchange(is_away_, false)) session_.terminal().note("the server is reachable again");
        } catch (const eventstore::error& problem) {
            if (!problem.retryable()) throw;
            if (!std::exchange(is_away_, true))
                session_.terminal().warn(problem.what() + std::string("; waiting for it"));
            eventstore::pause(stop, try_again_every);
        }
    }

    session& session_;
    const options& given_;
    eventstore::type_pattern wanted_;
    std::deque<source_reader> readers_;
    std::set<std::string> categories_;
    bool is_away_ = false;
};

auto follow(session& session, const options& given) -> exit_code
{
    std::signal(SIGPIPE, SIG_IGN);           // writing to a closed pipe must fail, not end the process
    tail events(session, given);
    const app::stop_signals signals;
    try {
        events.run(signals.token());
    } catch (const failure&) {
        if (!is_closed(STDOUT_FILENO)) throw;
    }
    return exit_code::done;
}

}  // namespace

void add_tail(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("tail", "show new events as they come, until stopped")->group(group::events);
    auto given = std::make_shared<options>();
    verb->add_option("WHAT", given->what,
                     "streams (sample-S-1), categories (sample) or logs (sample/3); otherwise all");
    add_from(*verb, given->bounds);
    verb->add_option("--type", given->type, "only these types, such as sample.*")->type_name("PATTERN");
    verb->footer("Begins at the end unless told where. Ends with 0 at Ctrl-C, SIGTERM, or when its output is closed.");
    session.runs(*verb, [&session, given] { return follow(session, *given); });
}

}  // namespace annals::cli
