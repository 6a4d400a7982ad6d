// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/verify.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_reader.hpp>
#include <annals/kafka/topic_survey.hpp>

#include <algorithm>

namespace annals::kafka {

using namespace eventstore;

namespace {

constexpr page_size page{.events_max = 500, .bytes_max = 1 << 20};

/// The topic is read in pieces, so that a difference near its beginning is found early.
constexpr std::int64_t records_at_once = 20'000;

/// Looks up a log's events by position, mostly ascending; keeps one page.
class log_pages {
public:
    log_pages(store& store, log_id log) : store_(store), log_(std::move(log)) {}

    auto find(log_position position) -> const recorded_event*
    {
        if (!holds(position)) events_ = store_.read_log(log_, position - 1, page);
        return holds(position) ? &events_[static_cast<std::size_t>(position - events_.front().position)] : nullptr;
    }

private:
    auto holds(log_position position) const -> bool
    {
        return !events_.empty() && events_.front().position <= position && position <= events_.back().position;
    }

    store& store_;
    const log_id log_;
    std::vector<recorded_event> events_;
};

auto value_of(const std::vector<header>& headers, std::string_view name) -> const std::string*
{
    const auto found = std::ranges::find(headers, name, &header::name);
    return found == headers.end() ? nullptr : &found->value;
}

/// Which part of two unequal records differs.
auto unequal_part(const record& expected, const record& found) -> std::string
{
    if (found.value != expected.value) return "the value is not the payload of the event in the log";
    if (found.key != expected.key) return "the key is \"" + found.key + "\", the stream's is \"" + expected.key + "\"";
    for (const auto& [name, value] : expected.headers) {
        const auto* const other = value_of(found.headers, name);
        if (!other) return "the header " + name + " is missing";
        if (*other != value) return "the header " + name + " is \"" + *other + "\", in the log it is \"" + value + "\"";
    }
    for (const auto& [name, value] : found.headers)
        if (!value_of(expected.headers, name)) return "the header " + name + " is not the publisher's";
    return "its headers are in another order, or repeated";
}

/// Compares one log with its partition, record by record.
class comparison {
public:
    comparison(store& store, const settings& settings, topic_partition at, log_id log)
        : pages_(store, log), source_(settings.source + "/" + log.category), at_(std::move(at))
    {}

    /// Retention has removed everything up to `position`.
    void begin_behind(log_position position) { last_ = position; }
    auto last() const -> log_position { return last_; }
    auto repeated() const -> std::int64_t { return repeated_; }
    auto found() const -> const std::optional<difference>& { return found_; }

    void take(std::int64_t offset, const record& record)
    {
        if (found_) return;
        const auto read = from_record(record, at_.partition);
        if (!read) return note("the record is not an event of annals: " + read.error(), offset, {}, {});
        compare(offset, record, *read);
        if (found_) return;
        const auto position = read->event.position;
        if (position <= last_) ++repeated_;
        else if (position == last_ + 1) last_ = position;
        else note_missing("the event is not in the topic before the next one", offset);
    }

    /// All records of the partition were compared.
    void end(std::int64_t offset, log_position upto)
    {
        if (!found_ && last_ < upto) note_missing("the event is not in the topic", offset);
    }

private:
    void compare(std::int64_t offset, const record& record, const published_event& published)
    {
        const auto& [event, from] = published;
        const auto differs = [&](const std::string& what) { note(what, offset, event.position, event.id); };
        const auto* const stored = pages_.find(event.position);
        if (!stored) return differs("the log has no event at this position");
        if (stored->id != event.id) return differs("the log has event " + to_string(stored->id) + " at this position");
        if (from.source != source_) return differs("its source is " + from.source + ", not " + source_);
        const auto expected = to_record(*stored, from);
        if (expected != record) differs(unequal_part(expected, record));
    }

    void note_missing(std::string what, std::int64_t offset)
    {
        const auto position = last_ + 1;
        const auto* const event = pages_.find(position);
        note(std::move(what), offset, position, event ? std::optional(event->id) : std::nullopt);
    }

    void note(std::string what, std::int64_t offset, log_position position, std::optional<uuid> id)
    {
        found_ = difference{std::move(what), at_.topic, at_.partition, offset, position, id};
    }

    log_pages pages_;
    const std::string source_;
    const topic_partition at_;
    log_position last_;
    std::int64_t repeated_ = 0;
    std::optional<difference> found_;
};

/// How far retention has removed events from a partition's beginning.
auto removed_by_retention(topic_reader& reader, const topic_partition& at, const watermarks& ends, log_position upto)
    -> log_position
{
    if (ends.low == 0) return {};
    auto removed = upto;
    reader.read({{at, {ends.low, std::min(ends.low + 1, ends.high)}}},
                [&](const topic_partition&, std::int64_t, const record& record) {
                    const auto first = from_record(record, at.partition);
                    removed = first ? first->event.position - 1 : log_position{};
                });
    return removed;
}

/// Compares one log with its partition; adds what is found to the result.
void verify_log(store& store, const settings& settings, const log_id& log, const verify_options& options,
                verification& result)
{
    const auto heads = options.heads.empty() ? store.heads(log.category) : options.heads;
    const auto head = heads.at(static_cast<std::size_t>(log.partition));
    const auto upto = options.upto ? std::min(*options.upto, head) : head;
    const topic_partition at{topic_of(settings, log.category), log.partition};
    topic_reader reader(settings);
    const auto ends = watermarks_of(reader.client(), settings, at);
    const auto begin = removed_by_retention(reader, at, ends, upto);

    comparison compared(store, settings, at, log);
    compared.begin_behind(begin);
    const auto events = [&] { return result.events + compared.last().number - begin.number; };
    for (auto from = ends.low; from < ends.high && !compared.found(); from += records_at_once) {
        const watermarks piece{from, std::min(from + records_at_once, ends.high)};
        reader.read({{at, piece}}, [&](const topic_partition&, std::int64_t offset, const record& record) {
            compared.take(offset, record);
            options.on_progress(events());
        });
    }
    compared.end(ends.high, upto);
    result.events = events();
    result.repeated += compared.repeated();
    result.expired += begin.number;
    result.first = compared.found();
}

}  // namespace

auto verify(store& store, const settings& settings, const category& category, const verify_options& options)
    -> verification
{
    const auto topic = survey_topics(settings, {&category, 1}).front();
    if (topic.is_missing)
        throw unavailable("Kafka has no topic " + topic_of(settings, category.name) + " at "
                          + settings.bootstrap_servers + ": a publisher creates and fills it");
    if (topic.partitions != category.partitions) throw mismatch(topic.obstacle->reason + ". " + topic.obstacle->to_do);
    verification result;
    for (int partition = 0; partition < category.partitions && !result.first; ++partition)
        verify_log(store, settings, {category.name, partition}, options, result);
    return result;
}

}  // namespace annals::kafka
