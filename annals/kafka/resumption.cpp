// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/resumption.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/partition_progress.hpp>
#include <annals/kafka/topic.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace annals::kafka {

using namespace eventstore;

namespace {

/// How many records from the end are read without a cursor: more than one publisher ever had in flight.
constexpr std::int64_t tail_records = 2 * partition_progress::events_max;

/// What was found out about one log's topic.
struct search {
    led_log log;
    std::optional<publication_cursor> cursor;
    watermarks ends;
    publication_cursor first, greatest;      ///< of the events read; position 0: none
    publication_cursor unbroken;             ///< of these, the greatest before a gap
    bool is_other_topic = false;             ///< the record at the cursor is another one
    bool was_replaced = false;               ///< it ends below the cursor
    std::optional<std::string> unreadable;   ///< why its contents cannot be read
};

using searches = std::map<topic_partition, search>;

auto search_of(const led_log& log, const watermarks& ends) -> search
{
    search begun;
    begun.log = log;
    begun.ends = ends;
    return begun;
}

/// The cursor's last record, or where its first one will be, as far as that still exists. Without a cursor: the tail.
auto start_of(const search& search) -> std::int64_t
{
    const auto& cursor = search.cursor;
    if (!cursor) return std::max(search.ends.low, search.ends.high - tail_records);
    return std::max(search.ends.low, cursor->topic_offset - (cursor->is_beginning() ? 0 : 1));
}

/// Events after a gap do not count: they must be published again. Without a cursor, a late batch of a stopped
/// publisher may look like a gap.
auto is_unbroken(const search& search, log_position position) -> bool
{
    const auto& cursor = search.cursor;
    if (!cursor) return true;
    const bool is_cut = search.ends.low > cursor->topic_offset;  // Kafka has deleted what followed the cursor
    if (is_cut && search.unbroken.is_beginning()) return true;
    return position.number <= std::max(search.unbroken.position, is_cut ? log_position{} : cursor->position).number + 1;
}

void note(search& search, std::int64_t offset, const record& record)
{
    const auto read = from_record(record, search.log.log.partition);
    if (!read || read->event.stream.category != search.log.log.category) return;  // not ours
    const auto& event = read->event;
    const auto& cursor = search.cursor;
    if (cursor && !cursor->is_beginning() && offset == cursor->topic_offset - 1 && event.id != cursor->event_id)
        search.is_other_topic = true;
    const publication_cursor here{search.log.log, event.position, offset + 1, event.id, read->from.incarnation};
    if (search.first.is_beginning()) search.first = here;
    if (event.position > search.greatest.position) search.greatest = here;
    if (event.position > search.unbroken.position && is_unbroken(search, event.position)) search.unbroken = here;
}

/// Asks for the ends of the topics; waits less after one that did not answer.
auto begin_searches(topic_reader& reader, const settings& settings, std::span<const led_log> logs) -> searches
{
    searches all;
    auto patience = answer_timeout;
    for (const auto& log : logs) {
        const topic_partition at{topic_of(settings, log.log.category), log.log.partition};
        auto& search = all[at] = search_of(log, {});
        const auto ends = find_watermarks(reader.client(), settings, at, patience);
        if (ends) {
            search.ends = *ends;
        } else {
            search.unreadable = ends.error().reason;
            patience = std::chrono::milliseconds(300);
        }
    }
    return all;
}

void read_topics(topic_reader& reader, searches& all)
{
    std::map<topic_partition, watermarks> ranges;
    for (auto& [at, search] : all)
        if (!search.was_replaced && !search.unreadable) ranges[at] = {start_of(search), search.ends.high};
    const auto failed = reader.try_to_read(ranges, [&](const topic_partition& at, std::int64_t offset,
                                                       const record& record) { note(all.at(at), offset, record); });
    for (const auto& [at, reason] : failed) all.at(at).unreadable = reason;
}

/// Topics that were deleted and filled again by someone else: the cursor does not apply there.
void read_other_topics_again(topic_reader& reader, searches& all)
{
    searches again;
    for (auto& [at, search] : all)
        if (search.is_other_topic) again[at] = search_of(search.log, search.ends);
    read_topics(reader, again);
    for (auto& [at, search] : again) {
        search.is_other_topic = true;
        all.at(at) = search;
    }
}

/// The first records of topics that are not those of their cursors and of which Kafka has deleted nothing.
void read_first_records(topic_reader& reader, searches& all)
{
    searches begun;
    std::map<topic_partition, watermarks> ranges;
    for (const auto& [at, search] : all) {
        const bool is_whole = search.ends.low == 0 && search.ends.high > 0;
        if (search.unreadable || !is_whole || !(search.was_replaced || search.is_other_topic)) continue;
        begun[at] = search_of(search.log, search.ends);
        ranges[at] = {0, 1};
    }
    const auto failed = reader.try_to_read(ranges, [&](const topic_partition& at, std::int64_t offset,
                                                       const record& record) { note(begun.at(at), offset, record); });
    for (const auto& [at, reason] : failed) all.at(at).unreadable = reason;
    for (const auto& [at, search] : begun) all.at(at).first = search.first;
}

/// Whether the topic holds later events at the place of the first one.
auto begins_late(const search& search, const settings& settings) -> bool
{
    if (search.first.is_beginning()) return false;
    const auto& cursor = search.cursor;
    if (search.was_replaced || search.is_other_topic)
        return search.ends.low == 0 && search.first.position > settings.republish_from;
    if (!cursor || !cursor->is_beginning() || search.ends.low > cursor->topic_offset) return false;
    return search.first.position > cursor->position + 1;
}

/// The cluster and the database of an incarnation: `system-timeline-file-start`, where the file's folder is named
/// after the database. A dump that was restored next to its original is another database.
auto store_of(std::string_view incarnation) -> std::pair<std::string_view, std::string_view>
{
    const auto system = incarnation.substr(0, incarnation.find('-'));
    const auto file = incarnation.rfind('/');
    if (file == std::string_view::npos) return {system, {}};
    const auto folder = incarnation.substr(0, file);
    return {system, folder.substr(folder.rfind('/') + 1)};
}

auto describe(const uuid& id) -> std::string { return "event " + to_string(id); }

/// Why this log cannot be the one that filled the topic. A store may have another incarnation now (a restart, a
/// standby that took over): within one database the event's id decides. A cursor of this database means that an
/// operator has adopted what another store published.
auto fault_of(store& store, const publication_cursor& topic, const search& search, const std::string& incarnation)
    -> std::optional<halt>
{
    const auto position = std::to_string(topic.position.number);
    const auto held = "its topic holds " + describe(topic.event_id) + " at position " + position;
    const auto found = store.read_log(topic.log, topic.position - 1, {.events_max = 1});
    if (found.empty()) return halt{halt::cause::other_event, held + ", which is beyond the end of the log", topic};
    if (found.front().id != topic.event_id)
        return halt{halt::cause::other_event, held + ", the log " + describe(found.front().id), topic};
    if (store_of(topic.incarnation) == store_of(incarnation)) return {};
    const auto& cursor = search.cursor;
    if (cursor && cursor->event_id == topic.event_id && store_of(cursor->incarnation) == store_of(incarnation))
        return {};
    return halt{halt::cause::other_system,
                "its topic was filled up to position " + position + " by the store " + topic.incarnation
                    + ", this one is " + incarnation,
                topic};
}

auto conclude(store& store, const settings& settings, const std::string& incarnation, const search& search)
    -> resumption
{
    resumption found{
        .log = search.log, .from = {}, .next_offset = search.ends.high, .was_replaced = search.was_replaced};
    if (search.unreadable) {
        found.from = std::unexpected(halt{halt::cause::unreadable, *search.unreadable, {}});
        return found;
    }
    auto& from = found.from.value();
    from = {search.log.log, settings.republish_from - 1, search.ends.high, {}, incarnation};
    publication_cursor held;  // the topic's greatest event, compared with the log
    if (begins_late(search, settings)) {
        found.was_replaced = found.begins_late = true;
        held = search.first;
    } else if (!search.greatest.is_beginning()) {
        from = search.unbroken.is_beginning() ? *search.cursor : search.unbroken;
        found.is_news = !search.cursor || search.cursor->position != from.position;
        held = search.greatest;
    } else if (search.cursor && !search.was_replaced && !search.cursor->is_beginning()) {
        from = held = *search.cursor;  // Kafka has deleted all that the partition held
    } else {
        return found;
    }
    if (auto fault = fault_of(store, held, search, incarnation)) found.from = std::unexpected(*std::move(fault));
    else from.incarnation = incarnation;
    return found;
}

}  // namespace

auto find_resumptions(store& store, const publication_record& known, const settings& settings,
                      std::span<const led_log> logs) -> std::vector<resumption>
{
    topic_reader reader(settings);
    auto all = begin_searches(reader, settings, logs);
    for (const auto& cursor : known.cursors) {
        auto& search = all.at({topic_of(settings, cursor.log.category), cursor.log.partition});
        search.was_replaced = !search.unreadable && search.ends.high < cursor.topic_offset;
        search.cursor = cursor;
    }
    read_topics(reader, all);
    read_other_topics_again(reader, all);
    read_first_records(reader, all);

    std::vector<resumption> found;
    std::ranges::transform(all, std::back_inserter(found),
                           [&](const auto& one) { return conclude(store, settings, known.incarnation, one.second); });
    return found;
}

}  // namespace annals::kafka
