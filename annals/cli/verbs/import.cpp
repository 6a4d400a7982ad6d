// SPDX-License-Identifier: Apache-2.0
#include <annals/app/with_separators.hpp>
#include <annals/cli/at_least.hpp>
#include <annals/cli/import/file_format.hpp>
#include <annals/cli/import/importer.hpp>
#include <annals/cli/session.hpp>
#include <annals/cli/terminal/table.hpp>
#include <annals/cli/terminal/text_width.hpp>
#include <annals/cli/verbs/verbs.hpp>

#include <CLI/App.hpp>

#include <chrono>
#include <set>

namespace annals::cli {
namespace {

struct options {
    std::string file;
    std::string format;
    std::string zone = "UTC";
    std::vector<std::string> time_formats;
    std::string delimiter;
    int partitions = 0;                      ///< 0: the category's own, or the store's default
    std::vector<std::string> text;
    imports::import_settings settings;

    auto name() const -> std::string { return file == "-" ? "standard input" : file; }
};

auto counted(std::uint64_t number) -> std::string { return app::with_separators(static_cast<std::int64_t>(number)); }

auto delimiter_of(const std::string& given) -> std::optional<char>
{
    if (given.empty()) return std::nullopt;
    if (given == "tab") return '\t';
    if (given.size() == 1 && given.find_first_of("\"\r\n") == std::string::npos) return given.front();
    throw failure("--delimiter is one character or `tab`, not \"" + given + "\"", {}, exit_code::usage);
}

/// Shows the progress, until there are skipped rows to list instead.
class listener {
public:
    listener(const terminal& terminal, std::string file) : terminal_(terminal), file_(std::move(file)) {}

    auto callbacks() -> imports::import_listener
    {
        return {[this](const imports::bad_row& bad) { skipped(bad); },
                [this](const imports::import_progress& now) { progressed(now); }};
    }

private:
    void skipped(const imports::bad_row& bad)
    {
        bar_.reset();
        listing_ = true;
        const bool is_new = !bad.hint.empty() && hints_.size() < hints_max && hints_.insert(bad.hint).second;
        terminal_.warn(file_ + ":" + std::to_string(bad.line) + ": skipped: " + printable(bad.why)
                       + (is_new ? "; " + bad.hint : ""));
    }

    void progressed(const imports::import_progress& now)
    {
        if (listing_) return;
        if (!is_terminal(2)) return report(now);
        const auto total = static_cast<std::int64_t>(now.read.bytes_total);
        if (!bar_) bar_.reset(new progress(terminal_.progress("bytes", total)));
        auto remark = counted(now.stored) + " stored";
        if (now.already_there > 0) remark += ", " + counted(now.already_there) + " there already";
        bar_->advance_to(static_cast<std::int64_t>(now.read.bytes_read), remark);
    }

    /// Where no bar can be drawn: a line now and then.
    void report(const imports::import_progress& now)
    {
        const auto time = std::chrono::steady_clock::now();
        if (time - reported_ < report_every) return;
        reported_ = time;
        terminal_.note(file_ + ": " + counted(now.rows) + " rows read, " + counted(now.stored) + " stored, "
                       + counted(now.already_there) + " there already");
    }

    static constexpr std::size_t hints_max = 20;
    static constexpr std::chrono::seconds report_every{5};

    const terminal& terminal_;
    std::string file_;
    bool listing_ = false;
    std::chrono::steady_clock::time_point reported_ = std::chrono::steady_clock::now();
    std::set<std::string> hints_;            ///< already shown: each is shown once
    std::unique_ptr<progress> bar_;
};

auto open(const options& given) -> std::unique_ptr<imports::row_reader>
{
    const auto told = given.format.empty() ? std::nullopt : std::optional(imports::parse_format(given.format));
    try {
        return imports::open_rows(given.file, told, delimiter_of(given.delimiter));
    } catch (const imports::unreadable_file& problem) {
        throw failure(given.name() + ": " + printable(problem.what()), problem.hint(), exit_code::usage);
    }
}

auto import_file(const options& given, session& session) -> imports::import_result
{
    auto settings = given.settings;
    std::vector<imports::time_format> formats;
    for (const auto& each : given.time_formats) formats.emplace_back(each);
    settings.values.times = imports::time_reader(imports::assumed_zone(given.zone), std::move(formats));
    settings.columns.text = {given.text.begin(), given.text.end()};
    const auto reader = open(given);
    try {
        auto& store = session.store_to_append();
        if (given.partitions != 0) store.ensure_category({settings.category, given.partitions});
        listener listener(session.terminal(), given.name());
        return imports::import_rows(*reader, store, settings, listener.callbacks());
    } catch (const eventstore::unavailable& problem) {
        throw failure(problem.what(), "run the same command again: it continues where this one stopped");
    }
}

void show(const imports::import_result& result, const options& given, const terminal& terminal)
{
    const auto number = [](std::uint64_t count) { return static_cast<std::int64_t>(count); };
    table counts({"rows", "stored", "already_there", "streams", "out_of_time_order", "skipped"});
    counts.add({number(result.rows), number(result.stored), number(result.already_there), number(result.streams),
                number(result.out_of_time_order), number(result.skipped)});
    terminal.print(counts);
    if (result.rows == 0) terminal.note("there are no rows in " + given.name() + "; nothing was added");
    if (result.stored == 0 && result.already_there > 0)
        terminal.note("everything was there already; nothing was added");
    if (result.changed > 0)
        terminal.note(counted(result.changed) + " of the stored rows " + (result.changed == 1 ? "has" : "have")
                      + " the key, type and time of a row that was there, but another content: new rows, corrected "
                        "ones, or the same with other options (docs/reference/same-event.md)");
    if (result.skipped > 0)
        terminal.note(counted(result.skipped) + (result.skipped == 1 ? " bad row was" : " bad rows were")
                      + " left out, so this ends with 3");
}

/// Where it stopped, what is stored, and what helps.
auto stopped(const imports::import_result& result, const options& given) -> failure
{
    const auto& bad = *result.stopped_at;
    std::string hint = bad.hint.empty() ? "" : bad.hint + "; ";
    if (result.stored + result.already_there == 0) hint += "nothing was stored";
    else
        hint += "the rows before it are stored (" + counted(result.stored) + " now, " + counted(result.already_there)
                + " were there)";
    if (!result.is_unreadable)
        hint += "; fix it and run the same command again, or leave such rows out with --skip-bad";
    return failure(given.name() + ":" + std::to_string(bad.line) + ": " + printable(bad.why), hint);
}

auto run(const options& given, session& session) -> exit_code
{
    const auto result = import_file(given, session);
    if (result.stopped_at) throw stopped(result, given);
    show(result, given, session.terminal());
    return result.skipped == 0 ? exit_code::done : exit_code::found;
}

}  // namespace

void add_import(CLI::App& app, session& session)
{
    auto* verb =
        app.add_subcommand("import", "store the rows of a file as events: CSV, XES, JSON lines")->group(group::events);
    auto given = std::make_shared<options>();
    auto& columns = given->settings.columns;
    verb->add_option("FILE", given->file, "the file, also packed (.gz); - is standard input")->required();
    verb->add_option("--category", given->settings.category, "where the events go")->required()->type_name("CATEGORY");
    verb->add_option("--key", columns.key, "column whose value names the stream (case:concept:name)")
        ->type_name("COLUMN");
    verb->add_option("--type", columns.type, "column with the event's type (concept:name)")->type_name("COLUMN");
    verb->add_option("--time", columns.time, "column with the time it happened (time:timestamp, if there)")
        ->type_name("COLUMN");
    verb->add_option("--id", columns.id, "column with the source's own id of a row, unique within a key")
        ->type_name("COLUMN");
    verb->add_option("--text", given->text, "column that stays text even where it looks like a number; may be repeated")
        ->type_name("COLUMN")
        ->allow_extra_args(false);
    verb->add_option("--time-format", given->time_formats,
                     "how times are written: '%d.%m.%Y %H:%M', epoch, epoch-ms; repeatable")
        ->type_name("FORMAT")
        ->allow_extra_args(false);
    verb->add_option("--zone", given->zone, "zone of times that name none: Europe/Amsterdam, +02:00 (UTC)")
        ->type_name("ZONE");
    verb->add_flag("--decimal-comma", given->settings.values.decimal_comma, "1,5 is a number; 1.5 then is a text");
    verb->add_option("--format", given->format, "csv, xes or jsonl, where neither name nor content says it")
        ->type_name("FORMAT");
    verb->add_option("--delimiter", given->delimiter, "what separates the cells of CSV, or `tab` (,)")
        ->type_name("CHARACTER");
    verb->add_option("--partitions", given->partitions, "logs of a new category")->type_name("N")->check(at_least(1));
    verb->add_flag("--skip-bad", given->settings.skip_bad, "list bad rows and continue after them");
    verb->footer("Stores the rows that are not there yet: the next export of a source, too (docs/guide/import.md).\n"
                 "Exit code 3 when bad rows were left out (--skip-bad).");
    session.runs(*verb, [&session, given] { return run(*given, session); });
}

}  // namespace annals::cli
