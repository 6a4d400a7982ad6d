// SPDX-License-Identifier: Apache-2.0
#include <cli/import/importer.hpp>

#include <cli/import/append_lanes.hpp>
#include <eventstore/limits.hpp>

#include <unordered_map>
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
          mapper_(settings.category, settings.columns, settings.zone),
          lanes_(to)
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
        lanes_.finish();
        report_progress();
        result_.stored = lanes_.stored();
        result_.already_there = lanes_.already_there();
        result_.streams = streams_.size();
        return result_;
    }

private:
    /// What is known of a stream: enough to number and to order its next row.
    struct stream_so_far {
        std::int64_t rows = 0;
        std::optional<timestamp> last_time;
    };

    void read_rows()
    {
        try {
            while (const auto next = reader_.next()) {
                if (++result_.rows % rows_between_reports == 0) report_progress();
                if (!take(*next)) return;
            }
        } catch (const unreadable_file& problem) {
            result_.stopped_at = {reader_.line(), problem.what()};
        }
    }

    /// False when the import ends here.
    auto take(const std::expected<row, bad_row>& next) -> bool
    {
        if (!next) return skip(next.error());
        if (!settings_.skip_bad && !std::exchange(columns_checked_, true)) mapper_.check_first(*next);
        auto event = event_of(*next);
        if (!event) return skip(event.error());
        count(*event);
        lanes_.add(std::move(*event));
        return true;
    }

    auto skip(const bad_row& bad) -> bool
    {
        if (!settings_.skip_bad) {
            result_.stopped_at = bad;
            return false;
        }
        ++result_.skipped;
        if (listener_.on_skipped) listener_.on_skipped(bad);
        return true;
    }

    auto event_of(const row& from) const -> std::expected<numbered_event, bad_row>
    {
        try {
            auto mapped = mapper_.map(from);
            const auto known = streams_.find(mapped.stream.key);
            const auto number = known == streams_.end() ? 1 : known->second.rows + 1;
            new_event event{.id = id_of(mapped.stream, number),
                            .type = std::move(mapped.type),
                            .schema_version = 1,
                            .data = std::move(mapped.data),
                            .metadata = R"({"source_service":"annals import"})",
                            .occurred_at = mapped.occurred_at};
            check_name(mapped.stream);
            check_event(event, mapped.stream);
            return numbered_event{std::move(mapped.stream), {number}, from.line, std::move(event)};
        } catch (const invalid_request& problem) {
            return std::unexpected(bad_row{from.line, problem.what()});
        }
    }

    /// A category holds no `-` and the number no `@`: no two rows have the same name.
    static auto id_of(const stream_id& stream, std::int64_t number) -> uuid
    {
        return uuid_of_name("import " + to_string(stream) + "@" + std::to_string(number));
    }

    void count(const numbered_event& event)
    {
        auto& stream = streams_[event.stream.key];
        ++stream.rows;
        const auto time = event.event.occurred_at;
        if (!time) return;
        if (stream.last_time && *time < *stream.last_time) ++result_.out_of_time_order;
        stream.last_time = time;
    }

    void report_progress() const
    {
        if (listener_.on_progress) listener_.on_progress(reader_.progress());
    }

    row_reader& reader_;
    const import_settings& settings_;
    const import_listener& listener_;
    row_mapper mapper_;
    append_lanes lanes_;
    bool columns_checked_ = false;
    std::unordered_map<std::string, stream_so_far> streams_;
    import_result result_;
};

}  // namespace

auto import_rows(row_reader& reader, store& to, const import_settings& settings, const import_listener& listener)
    -> import_result
{
    return importer(reader, to, settings, listener).run();
}

}  // namespace annals::cli::imports
