// SPDX-License-Identifier: Apache-2.0
#include <annals/app/stop_signals.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/lag_metrics.hpp>
#include <annals/cli/lag_reader.hpp>
#include <annals/cli/lag_table.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/redrawn_lines.hpp>
#include <annals/cli/verbs/verbs.hpp>
#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/processors/failure.hpp>

#include <CLI/App.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace annals::cli {
namespace {

struct options {
    lag_reader::selection wanted;
    std::optional<std::int64_t> lag_max;
    std::string watch;                       ///< seconds; empty: look once
    bool as_metrics = false;
};

auto is_above(const lag_row& row, std::int64_t lag_max) -> bool { return row.now && row.now->behind() > lag_max; }

void advise_when_empty(const session& session, const std::vector<lag_row>& rows)
{
    if (rows.empty())
        session.terminal().note("nothing follows the log yet: `" + session.program()
                                + " work` registers what this program has, `" + session.program()
                                + " projections apply FILE` a projection in SQL");
}

auto look_once(session& session, const options& given) -> exit_code
{
    lag_reader reader(session, given.wanted);
    const auto rows = reader.look();
    session.terminal().print(lag_table(rows, given.wanted.by_log));
    advise_when_empty(session, rows);
    const bool is_late =
        given.lag_max && std::ranges::any_of(rows, [&](const auto& row) { return is_above(row, *given.lag_max); });
    return is_late ? exit_code::found : exit_code::done;
}

auto print_metrics(session& session, const std::string& name) -> exit_code
{
    if (session.terminal().is_json())
        throw failure("--metrics prints the text that Prometheus reads, not JSON", "leave out --json",
                      exit_code::usage);
    const auto by_log = lag_reader(session, {.name = name, .by_log = true}).look();
    const auto by_processor = lag_reader(session, {.name = name}).look();
    session.terminal().print(metrics_text(lag_metrics(by_log, by_processor)));
    advise_when_empty(session, by_processor);
    return exit_code::done;
}

auto is_away(const std::exception& problem) -> bool
{
    const auto* known = dynamic_cast<const eventstore::error*>(&problem);
    return (known != nullptr && known->retryable()) || processors::is_lost_session(problem)
           || processors::is_outage(problem);
}

/// Looks until it is stopped or its output is closed.
class lag_watch {
public:
    lag_watch(session& session, const options& given, double seconds)
        : session_(session),
          reader_(session, given.wanted),
          by_log_(given.wanted.by_log),
          seconds_(seconds),
          is_redrawn_(!session.terminal().is_json() && redrawn_lines::is_possible())
    {}

    void run(const std::stop_token& stop)
    {
        rows_ = reader_.look();              // what is wrong from the beginning ends it
        advise_when_empty(session_, rows_);
        show();
        while (pause(stop)) {
            look_again();
            show();
        }
    }

private:
    /// How soon a closed standard output is noticed.
    static constexpr auto part = std::chrono::milliseconds{250};

    /// Whether to go on.
    auto pause(const std::stop_token& stop) const -> bool
    {
        const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds_);
        while (!stop.stop_requested() && !is_closed(STDOUT_FILENO)) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
            if (left.count() <= 0) return true;
            eventstore::pause(stop, std::min(left, part));
        }
        return false;
    }

    /// Waits for a server that is away.
    void look_again()
    {
        try {
            rows_ = reader_.look();
            if (!trouble_.empty() && !is_redrawn_) session_.terminal().note("the server is reachable again");
            trouble_.clear();
        } catch (const std::exception& problem) {
            if (!is_away(problem)) throw;
            if (trouble_.empty() && !is_redrawn_)
                session_.terminal().warn(app::explain(problem).what() + std::string("; waiting for it"));
            trouble_ = app::explain(problem).what();
        }
    }

    void show()
    {
        const auto& terminal = session_.terminal();
        if (is_redrawn_) return draw();
        if (!trouble_.empty()) return;
        if (terminal.is_json()) return terminal.print(lag_with_trend(rows_, by_log_));
        terminal.print(eventstore::to_string(eventstore::now()) + "\n");
        terminal.print(lag_screen(rows_, by_log_));
        terminal.print("\n");
    }

    void draw()
    {
        std::vector<redrawn_lines::line> lines;
        const table::layout plain{.width = terminal_width(STDOUT_FILENO), .colours = false};
        std::istringstream text(lag_screen(rows_, by_log_).for_people(plain));
        for (std::string one; std::getline(text, one);) {
            const auto colour = lines.empty() ? std::string("\033[1m") : colour_of(rows_.at(lines.size() - 1));
            lines.push_back({one, trouble_.empty() ? colour : std::string("\033[2m")});
        }
        const auto time = eventstore::to_string(eventstore::now()).substr(11, 8);
        lines.push_back({trouble_.empty() ? time + " UTC; Ctrl-C ends it" : time + " UTC; waiting: " + trouble_});
        lines_.draw(std::move(lines));
    }

    session& session_;
    lag_reader reader_;
    bool by_log_;
    double seconds_;
    bool is_redrawn_;
    redrawn_lines lines_;
    std::vector<lag_row> rows_;
    std::string trouble_;                    ///< empty: the last look was a success
};

auto watch(session& session, const options& given, double seconds) -> exit_code
{
    std::signal(SIGPIPE, SIG_IGN);           // writing to a closed pipe must fail, not end the process
    lag_watch looks(session, given, seconds);
    const app::stop_signals signals;
    try {
        looks.run(signals.token());
    } catch (const failure&) {
        if (!is_closed(STDOUT_FILENO)) throw;
    }
    return exit_code::done;
}

/// What stands after --watch is a number of seconds, or else the name: it may stand there, too.
auto seconds_between_looks(options& given) -> double
{
    double seconds = 0;
    const auto* const end = given.watch.data() + given.watch.size();
    const auto [rest, error] = std::from_chars(given.watch.data(), end, seconds);
    if (error == std::errc{} && rest == end && seconds >= 0.1 && seconds <= 86400) return seconds;
    const bool is_name = !given.watch.empty() && given.watch.front() >= 'a' && given.watch.front() <= 'z';
    if (!is_name || !given.wanted.name.empty())
        throw failure("--watch: seconds between two looks, from 0.1 to 86400, not \"" + given.watch + "\"", {},
                      exit_code::usage);
    given.wanted.name = given.watch;
    return 2;
}

}  // namespace

void add_lag(CLI::App& app, session& session)
{
    auto* verb = app.add_subcommand("lag", "how far each projection is behind the log")->group(group::read_models);
    auto given = std::make_shared<options>();
    verb->add_option("NAME", given->wanted.name, "only this projection or processor");
    verb->add_flag("--logs", given->wanted.by_log, "a row for each log; otherwise one for all logs of a projection");
    auto* const lag_max =
        verb->add_option("--max-lag", given->lag_max, "exit code 3 when a row is more events behind, for probes")
            ->type_name("EVENTS")
            ->check(at_least(0));
    auto* const again = verb->add_option("--watch", given->watch,
                                         "look every 2 seconds, or as often as said, until Ctrl-C; with a trend")
                            ->type_name("[SECONDS]")
                            ->expected(0, 1)
                            ->default_str("2");
    again->excludes(lag_max);
    verb->add_flag("--metrics", given->as_metrics, "print them as metrics for Prometheus, a sample for each log")
        ->excludes(lag_max)
        ->excludes(again);
    verb->footer("APPLIED and HEAD count events; in one log they are its positions. SECONDS BEHIND is the age of the\n"
                 "oldest event that is not applied. In SQL: the view annals.lag.");
    session.runs(*verb, [&session, given] {
        if (given->as_metrics) return print_metrics(session, given->wanted.name);
        if (given->watch.empty()) return look_once(session, *given);
        const auto seconds = seconds_between_looks(*given);
        return watch(session, *given, seconds);
    });
}

}  // namespace annals::cli
