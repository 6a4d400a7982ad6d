// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/memory/memory_store.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/memory/category_records.hpp>
#include <annals/eventstore/memory/resent.hpp>

#include <algorithm>

namespace annals::eventstore::memory {
namespace {

auto names_version(const stream_append& part) -> bool
{
    return part.expected.is == expected_version::mode::exact || part.expected.is == expected_version::mode::no_stream;
}

/// What an idempotency key is used for: the streams that are written, and what the caller says about the events.
auto use_of(const append_request& request) -> std::string
{
    if (request.used_for) return *request.used_for;
    auto streams = json::array();
    for (const auto& part : request.streams) {
        if (part.events.empty()) continue;
        auto events = json::array();
        for (const auto& event : part.events) events.push_back({event.type, event.schema_version, event.data});
        streams.push_back({part.stream.category, part.stream.key, std::move(events)});
    }
    return streams.dump();
}

/// All of a request is in the log, or nothing. If only one part is there, its ids were used before.
auto misfit(const append_request& request, const std::vector<resent>& found) -> std::optional<event_id_reused>
{
    std::optional<event_id_reused> alone;
    bool complete = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto& stream = request.streams[i].stream;
        if (found[i].is == resent::finding::reused) return event_id_reused{stream, found[i].id, found[i].differs};
        if (found[i].is == resent::finding::present && !alone)
            alone = event_id_reused{stream, found[i].id, "other events"};
        if (found[i].is == resent::finding::absent && !request.streams[i].events.empty()) complete = false;
    }
    return complete ? std::nullopt : alone;
}

}  // namespace

memory_store::memory_store(int default_partitions) : default_partitions_(default_partitions)
{
    check_partitions(default_partitions);
}

memory_store::~memory_store() = default;

void memory_store::append(append_request request, on_appended done)
{
    check_request(request);
    auto result = [&] {
        const std::scoped_lock lock(mutex_);
        return verdict(request);
    }();
    if (result && !result->duplicate) changes_.tell();
    done(std::move(result));
}

auto memory_store::find_appended(std::string_view category, std::string_view idempotency_key,
                                 std::optional<std::string_view> used_for) -> std::optional<append_result>
{
    const std::scoped_lock lock(mutex_);
    const auto* const in = find(category);
    return in ? in->find_appended(idempotency_key, used_for) : std::nullopt;
}

auto memory_store::read(const stream_id& stream, const stream_range& range) -> std::vector<recorded_event>
{
    const std::scoped_lock lock(mutex_);
    const auto* const in = find(stream.category);
    const auto* const found = in ? in->find(stream.key) : nullptr;
    std::vector<recorded_event> events;
    if (found) in->read_stream(*found, range, events);
    return events;
}

auto memory_store::read_logs(std::span<const log_cursor> cursors, const page_size& page, direction order)
    -> std::vector<recorded_event>
{
    const std::scoped_lock lock(mutex_);
    std::vector<recorded_event> events;
    for (const auto& cursor : cursors)
        if (const auto* const in = find(cursor.log.category)) in->read_log(cursor, page, order, events);
    return events;
}

auto memory_store::watermarks(std::span<const log_cursor> cursors) -> std::vector<std::optional<timestamp>>
{
    const std::scoped_lock lock(mutex_);
    std::vector<std::optional<timestamp>> all;
    for (const auto& cursor : cursors) {
        const auto* const in = find(cursor.log.category);
        const auto partition = static_cast<std::size_t>(cursor.log.partition);
        if (!in || cursor.log.partition < 0 || partition >= in->logs.size()) {
            all.emplace_back();
            continue;
        }
        const auto& log = in->logs[partition];
        const auto next = static_cast<std::size_t>(std::max<std::int64_t>(cursor.position.number, 0));
        all.emplace_back(next < log.size() ? log[next].recorded_at : now());
    }
    return all;
}

auto memory_store::heads(std::string_view category) -> std::vector<log_position>
{
    const std::scoped_lock lock(mutex_);
    const auto* const in = find(category);
    if (!in) throw invalid_request("there is no category \"" + std::string(category) + "\"");
    std::vector<log_position> heads;
    for (const auto& log : in->logs) heads.push_back({static_cast<std::int64_t>(log.size())});
    return heads;
}

auto memory_store::categories() -> std::vector<category>
{
    const std::scoped_lock lock(mutex_);
    std::vector<category> all;
    for (const auto& [name, records] : categories_) all.push_back(records->name);
    return all;
}

auto memory_store::find_category(std::string_view name) -> std::optional<category>
{
    const std::scoped_lock lock(mutex_);
    const auto* const found = find(name);
    return found ? std::optional(found->name) : std::nullopt;
}

void memory_store::ensure_category(const category& wanted)
{
    check_category(wanted.name);
    check_partitions(wanted.partitions);
    const std::scoped_lock lock(mutex_);
    const auto partitions = create(wanted).name.partitions;
    if (partitions != wanted.partitions)
        throw mismatch("the category " + wanted.name + " has " + std::to_string(partitions) + " partitions, not "
                       + std::to_string(wanted.partitions) + ": the number is chosen at creation and never changes");
}

auto memory_store::find(std::string_view category) const -> const category_records*
{
    const auto found = categories_.find(category);
    return found == categories_.end() ? nullptr : found->second.get();
}

auto memory_store::create(const category& wanted) -> category_records&
{
    auto& records = categories_[wanted.name];
    if (!records) records = std::make_unique<category_records>(wanted);
    return *records;
}

/// Looks for sent events before it checks expectations: a request that is sent again would fail its own checks.
auto memory_store::verdict(const append_request& request) -> append_result
{
    if (request.idempotency_key)
        if (const auto* const in = find(request.streams.front().stream.category))
            if (auto before = in->find_appended(*request.idempotency_key, use_of(request))) return *std::move(before);

    const auto found = find_resent(request);
    if (const auto reused = misfit(request, found)) return std::unexpected(*reused);
    if (std::ranges::find(found, resent::finding::present, &resent::is) != found.end()) {
        appended before{.streams = {}, .duplicate = true};
        for (std::size_t i = 0; i < found.size(); ++i)
            if (const auto& part = request.streams[i]; !part.events.empty())
                before.streams.push_back(
                    find(part.stream.category)->written_at(part.stream, found[i].index, part.events.size()));
        return before;
    }
    if (auto failed = failed_checks(request); !failed.empty()) return std::unexpected(conflict{std::move(failed)});
    return write(request);
}

/// If a part that names a version was sent before, so were the others: then all are searched for.
auto memory_store::find_resent(const append_request& request) const -> std::vector<resent>
{
    std::vector<resent> found(request.streams.size());
    bool sent_before = request.resend;
    for (const bool named : {true, false}) {
        if (!named && !sent_before) break;
        for (std::size_t i = 0; i < found.size(); ++i) {
            const auto& part = request.streams[i];
            const auto* const in = find(part.stream.category);
            if (!in || part.events.empty() || names_version(part) != named) continue;
            found[i] = named ? find_at_expected_version(*in, part, request.resend) : find_anywhere(*in, part);
            sent_before = sent_before || found[i].is == resent::finding::present;
        }
    }
    return found;
}

auto memory_store::failed_checks(const append_request& request) const -> std::vector<failed_check>
{
    std::vector<failed_check> failed;
    for (const auto& part : request.streams) {
        const auto* const in = find(part.stream.category);
        const auto actual = in ? in->version_of(part.stream.key) : stream_version{};
        if (!part.expected.allows(actual)) failed.push_back({part.stream, part.expected, actual});
    }
    return failed;
}

auto memory_store::write(const append_request& request) -> appended
{
    appended result;
    for (const auto& part : request.streams)
        if (!part.events.empty())
            result.streams.push_back(create({part.stream.category, default_partitions_}).add(part.stream, part.events));
    if (request.idempotency_key)
        create({request.streams.front().stream.category, default_partitions_})
            .by_idempotency_key.emplace(*request.idempotency_key,
                                        category_records::remembered{result, use_of(request)});
    return result;
}

}  // namespace annals::eventstore::memory
