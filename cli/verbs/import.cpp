// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cli/at_least.hpp>
#include <cli/import/file_format.hpp>
#include <cli/import/importer.hpp>
#include <cli/session.hpp>
#include <cli/text_width.hpp>
#include <cli/verbs/verbs.hpp>

namespace annals::cli {
namespace {

struct options {
    std::string file;
    std::string format;
    std::string zone = "UTC";
    std::string delimiter = ",";
    int partitions = 0;                      ///< 0: the category's own, or the store's default
    std::vector<std::string> text;
    imports::import_settings settings;
};

auto delimiter_of(const std::string& given) -> char
{
    if (given == "tab") return '\t';
    if (given.size() == 1 && given.find_first_of("\"\r\n") == std::string::npos) return given.front();
    throw failure("--delimiter is one character or `tab`, not \"" + given + "\"", {}, exit_code::usage);
}

/// Shows how far it is, until there are skipped rows to list instead.
class listener {
public:
    listener(const terminal& terminal, std::string file) : terminal_(terminal), file_(std::move(file)) {}

    auto callbacks() -> imports::import_listener
    {
        return {[this](const imports::bad_row& bad) { skipped(bad); },
                [this](const imports::read_progress& now) { progressed(now); }};
    }

private:
    void skipped(const imports::bad_row& bad)
    {
        bar_.reset();
        listing_ = true;
        terminal_.warn(file_ + ":" + std::to_string(bad.line) + ": skipped: " + printable(bad.why));
    }

    void progressed(const imports::read_progress& now)
    {
        if (listing_) return;
        const auto total = static_cast<std::int64_t>(now.bytes_total);
        if (!bar_) bar_.reset(new progress(terminal_.progress("bytes", total)));
        bar_->advance_to(static_cast<std::int64_t>(now.bytes_read));
    }

    const terminal& terminal_;
    std::string file_;
    bool listing_ = false;
    std::unique_ptr<progress> bar_;
};

auto import_file(const options& given, session& session) -> imports::import_result
{
    const auto format = given.format.empty() ? imports::format_of(given.file) : imports::parse_format(given.format);
    const auto reader = imports::open_rows(given.file, format, delimiter_of(given.delimiter));
    auto settings = given.settings;
    settings.zone = imports::assumed_zone(given.zone);
    settings.columns.text = {given.text.begin(), given.text.end()};
    if (given.partitions != 0) session.store().ensure_category({settings.category, given.partitions});

    listener listener(session.terminal(), given.file);
    try {
        return imports::import_rows(*reader, session.store(), settings, listener.callbacks());
    } catch (const eventstore::unavailable& problem) {
        throw failure(problem.what(), "run the same command again: it goes on where this one broke off");
    }
}

void show(const imports::import_result& result, const terminal& terminal)
{
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    table counts({"rows", "stored", "already_there", "streams", "out_of_time_order", "skipped"});
    counts.add({number(result.rows), number(result.stored), number(result.already_there), number(result.streams),
                number(result.out_of_time_order), number(result.skipped)});
    terminal.print(counts);
    if (result.stored == 0 && result.already_there > 0)
        terminal.note("everything was there already; nothing was added");
}

auto run(const options& given, session& session) -> exit_code
{
    const auto result = import_file(given, session);
    show(result, session.terminal());
    if (!result.stopped_at) return result.skipped == 0 ? exit_code::done : exit_code::found;
    throw failure(given.file + ":" + std::to_string(result.stopped_at->line) + ": " + printable(result.stopped_at->why),
                  "the rows before it are stored; mend it and run the same command again, or leave such rows out with "
                  "--skip-bad");
}

}  // namespace

void add_import(CLI::App& app, session& session)
{
    auto* verb =
        app.add_subcommand("import", "store the rows of a file as events: CSV, XES, JSON lines")->group(group::events);
    auto given = std::make_shared<options>();
    auto& columns = given->settings.columns;
    verb->add_option("FILE", given->file, "the file, also packed (.gz)")->required();
    verb->add_option("--category", given->settings.category, "where the events go")->required()->type_name("CATEGORY");
    verb->add_option("--key", columns.key, "column whose value names the stream (case:concept:name)")
        ->type_name("COLUMN");
    verb->add_option("--type", columns.type, "column with the event's type (concept:name)")->type_name("COLUMN");
    verb->add_option("--time", columns.time, "column with the time it happened (time:timestamp, if there)")
        ->type_name("COLUMN");
    verb->add_option("--text", given->text, "column that stays text even where it looks like a number; may be repeated")
        ->type_name("COLUMN")
        ->allow_extra_args(false);
    verb->add_option("--zone", given->zone, "zone of times that name none: Europe/Amsterdam, +02:00 (UTC)")
        ->type_name("ZONE");
    verb->add_option("--format", given->format, "csv, xes or jsonl, where the file's name does not say")
        ->type_name("FORMAT");
    verb->add_option("--delimiter", given->delimiter, "what separates the cells of CSV, or `tab` (,)")
        ->type_name("CHARACTER");
    verb->add_option("--partitions", given->partitions, "logs of a new category")->type_name("N")->check(at_least(1));
    verb->add_flag("--skip-bad", given->settings.skip_bad, "list bad rows and go on, instead of stopping at the first");
    verb->footer("Exit code 3 when bad rows were left out (--skip-bad). A second run adds what is missing.");
    session.runs(*verb, [&session, given] { return run(*given, session); });
}

}  // namespace annals::cli
