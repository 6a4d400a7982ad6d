// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/importer.hpp>

#include <annals/cli/import/parallel_writers.hpp>
#include <annals/cli/import/row_identity.hpp>
#include <annals/eventstore/limits.hpp>

#include <utility>

namespace annals::cli::imports {
namespace {

using namespace eventstore;

constexpr std::uint64_t rows_between_reports = 1000;

class importer {
public:
    importer(row_reader& reader, store& to, const import_settings& settings, const import_listener& listener)
        : reader_(reader),
          settings_(settings),
          listener_(listener),
          mapper_(settings.category, settings.columns, settings.values),
          writers_(to)
    {
        check_category(settings.category);
        if (const auto columns = reader.columns()) {
            mapper_.check_columns(*columns);
            columns_checked_ = true;
        }
    }

    auto run() -> import_result
    {
        read_rows();
        writers_.finish();
        skip_refused();
        report_progress();
        const auto& outcome = writers_.outcome();
        result_.stored = outcome.stored;
        result_.already_there = outcome.already_there;
        result_.out_of_time_order = outcome.out_of_time_order;
        result_.changed = outcome.changed;
        result_.streams = writers_.streams();
        return result_;
    }

private:
    void read_rows()
    {
        try {
            while (const auto next = reader_.next()) {
                if (++result_.rows % rows_between_reports == 0) report_progress();
                if (!take(*next)) return;
            }
        } catch (const unreadable_file& problem) {
            result_.stopped_at = {reader_.line(), problem.what(), problem.hint()};
            result_.is_unreadable = true;
        }
    }

    /// False when the import ends here.
    auto take(const std::expected<row, bad_row>& next) -> bool
    {
        if (!next) return skip(next.error());
        if (!settings_.skip_bad && !std::exchange(columns_checked_, true)) mapper_.check_first(*next);
        auto event = event_of(*next);
        if (!event) return skip(event.error());
        writers_.add(std::move(*event));
        return skip_refused();
    }

    /// The writers may refuse a row only after more rows were read.
    auto skip_refused() -> bool
    {
        bool go_on = true;
        for (const auto& bad : writers_.take_refused()) go_on = skip(bad) && go_on;
        return go_on;
    }

    auto skip(const bad_row& bad) -> bool
    {
        if (!settings_.skip_bad) {
            if (!result_.stopped_at || bad.line < result_.stopped_at->line) result_.stopped_at = bad;
            return false;
        }
        ++result_.skipped;
        if (listener_.on_skipped) listener_.on_skipped(bad);
        return true;
    }

    auto event_of(const row& from) const -> std::expected<file_row, bad_row>
    {
        try {
            auto mapped = mapper_.map(from);
            new_event event{.id = {},
                            .type = std::move(mapped.type),
                            .schema_version = 1,
                            .data = std::move(mapped.data),
                            .metadata = std::string(import_metadata),
                            .occurred_at = mapped.occurred_at};
            check_name(mapped.stream);
            check_event(event, mapped.stream);
            return file_row{std::move(mapped.stream), from.line, std::move(event), std::move(mapped.source_id)};
        } catch (const unreadable_value& problem) {
            return std::unexpected(bad_row{from.line, problem.what(), problem.hint()});
        } catch (const invalid_request& problem) {
            return std::unexpected(bad_row{from.line, problem.what()});
        }
    }

    void report_progress() const
    {
        const auto& outcome = writers_.outcome();
        if (listener_.on_progress)
            listener_.on_progress({reader_.progress(), result_.rows, outcome.stored, outcome.already_there});
    }

    row_reader& reader_;
    const import_settings& settings_;
    const import_listener& listener_;
    row_mapper mapper_;
    parallel_writers writers_;
    bool columns_checked_ = false;
    import_result result_;
};

}  // namespace

auto import_rows(row_reader& reader, store& to, const import_settings& settings, const import_listener& listener)
    -> import_result
{
    return importer(reader, to, settings, listener).run();
}

}  // namespace annals::cli::imports
