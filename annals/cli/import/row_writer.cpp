// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/row_writer.hpp>

#include <annals/cli/import/row_identity.hpp>
#include <annals/eventstore/reading.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace annals::cli::imports {
namespace {

using namespace eventstore;

/// How often a batch is retried as a whole when others write to its streams; after that each stream alone.
constexpr int whole_attempts_max = 3;
constexpr int attempts_max = 200;

}  // namespace

auto row_writer::hash::operator()(const uuid& id) const -> std::size_t
{
    std::size_t value = 0;
    std::memcpy(&value, id.data, sizeof value);
    return value;
}

auto row_writer::take(std::vector<file_row> rows) -> row_outcome
{
    outcome_ = {};
    auto parts = parts_of(std::move(rows));
    for (int attempt = 0; attempt < whole_attempts_max; ++attempt)
        if (append(parts)) return std::move(outcome_);
    for (auto& each : parts) {
        int attempt = 0;
        while (!append({&each, 1}))
            if (++attempt == attempts_max)
                throw mismatch("gave up on " + to_string(each.stream) + " after " + std::to_string(attempts_max)
                               + " attempts: " + last_rejection_);
    }
    return std::move(outcome_);
}

auto row_writer::parts_of(std::vector<file_row> rows) -> std::vector<part>
{
    std::vector<part> parts;
    std::unordered_map<std::string, std::size_t> part_of_key;
    for (auto& row : rows) {
        const auto [place, is_new] = part_of_key.try_emplace(row.stream.key, parts.size());
        if (is_new) parts.push_back({row.stream, {}});
        identify(parts[place->second], std::move(row));
    }
    return parts;
}

/// Gives a row its id, and adds it to the rows to store. A row with the id of an earlier one is stored once.
void row_writer::identify(part& to, file_row from)
{
    const auto& event = from.event;
    const auto content = content_of(from.stream, event.type, event.occurred_at, event.data);
    const auto number = ++counts_.of(content).in_file;
    row_to_store row{from.line, content, number, from.source_id.value_or(""), std::move(from.event)};
    row.event.id = from.source_id ? id_of_source(from.stream, row.source_id) : id_of_row(content, number);
    if (from.source_id) {
        rows_are_named_ = true;
        const auto [named, is_new] = named_.try_emplace(row.event.id, named_row{content});
        if (!is_new && named->second.content != content) return refuse(row, from.stream);
        if (!is_new) {
            ++outcome_.already_there;
            return;
        }
    }
    to.rows.push_back(std::move(row));
}

void row_writer::refuse(const row_to_store& row, const stream_id& stream)
{
    outcome_.refused.push_back({row.line,
                                "the id \"" + row.source_id + "\" of " + to_string(stream)
                                    + " is already that of a row with another type, time or payload",
                                "an id names one row for ever; what has changed needs an id of its own"});
}

/// Stores the missing rows, all or nothing; false when a stream has more events than was known. Rows that turn out to
/// be stored already are removed for good.
auto row_writer::append(std::span<part> parts) -> bool
{
    append_request request{.resend = was_there_};
    for (auto& each : parts) {
        auto& stream = streams_[each.stream.key];
        if (stream.has_more) look(each.stream, stream);
        leave_out_stored(each);
        if (each.rows.empty()) continue;
        auto& wanted = request.streams.emplace_back();
        wanted.stream = each.stream;
        wanted.expected = expected_version::exactly(stream.version);
        for (const auto& row : each.rows) wanted.events.push_back(row.event);
    }
    if (request.streams.empty()) return true;
    const auto result = store_.append(std::move(request));
    was_there_ = result && result->duplicate;
    if (!result) {
        doubt(parts, result.error());
        return false;
    }
    settle(parts, *result);
    return true;
}

/// Reads a stream's events after the known ones.
void row_writer::look(const stream_id& at, stream_contents& stream)
{
    for (const auto& event : events_of(store_, at, {.after = stream.version})) {
        stream.version = event.version;
        if (event.occurred_at) stream.last_time = event.occurred_at;
        if (!is_imported(event)) continue;
        was_imported_before_ = true;
        const auto content = content_of(event.stream, event.type, event.occurred_at, event.data);
        ++counts_.of(content).stored;
        if (event.occurred_at) ++moments_.of(content_of(event.stream, event.type, event.occurred_at, "{}")).stored;
        if (rows_are_named_) named_.insert_or_assign(event.id, named_row{content, true});
    }
    stream.has_more = false;
}

void row_writer::leave_out_stored(part& from)
{
    std::erase_if(from.rows, [&](const row_to_store& row) {
        if (rows_are_named_) {
            const auto named = named_.find(row.event.id);
            const bool is_stored = named != named_.end() && named->second.stored;
            if (is_stored && named->second.content != row.content) return refuse(row, from.stream), true;
            if (!is_stored && counts_.of(row.content).stored == 0) return false;
        } else if (row.number > counts_.of(row.content).stored) {
            return false;
        }
        ++outcome_.already_there;
        return true;
    });
}

/// The rows are in the stream, up to the version after them: stored by this append, or found there.
void row_writer::settle(std::span<part> parts, const appended& result)
{
    auto written = result.streams.begin();
    was_imported_before_ = was_imported_before_ || result.duplicate;
    for (const auto& each : parts) {
        if (each.rows.empty()) continue;
        auto& stream = streams_[each.stream.key];
        stream.version = (written++)->last_version;
        (result.duplicate ? outcome_.already_there : outcome_.stored) += each.rows.size();
        for (const auto& row : each.rows) {
            auto& stored = counts_.of(row.content).stored;
            if (!rows_are_named_) stored = std::max(stored, row.number);
            else if (result.duplicate) named_.at(row.event.id).stored = true;
            if (row.event.occurred_at) settle_time(each.stream, stream, row, result.duplicate);
        }
    }
}

void row_writer::settle_time(const stream_id& of, stream_contents& stream, const row_to_store& row, bool was_there)
{
    const auto time = row.event.occurred_at;
    if (was_imported_before_) {
        auto& stored = moments_.of(content_of(of, row.event.type, time, "{}")).stored;
        if (was_there) ++stored;
        else if (!rows_are_named_ && stored > 0) ++outcome_.changed;
    }
    if (!was_there && stream.last_time && *time < *stream.last_time) ++outcome_.out_of_time_order;
    stream.last_time = time;
}

/// The streams of a refused append have other events than was known, all of them or those that are named.
void row_writer::doubt(std::span<const part> parts, const rejection& why)
{
    last_rejection_ = to_string(why);
    const auto* const overtaken = std::get_if<conflict>(&why);
    for (const auto& each : parts)
        if (overtaken == nullptr && !each.rows.empty()) streams_[each.stream.key].has_more = true;
    if (overtaken == nullptr) return;
    for (const auto& check : overtaken->failed) streams_[check.stream.key].has_more = true;
}

}  // namespace annals::cli::imports
