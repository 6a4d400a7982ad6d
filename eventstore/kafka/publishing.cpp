// SPDX-License-Identifier: Apache-2.0
#include <eventstore/kafka/publishing.hpp>

#include <eventstore/errors.hpp>
#include <eventstore/kafka/resumption.hpp>
#include <eventstore/kafka/topic.hpp>
#include <telemetry/log.hpp>

#include <algorithm>
#include <set>

namespace annals::eventstore::kafka {
namespace {

using namespace std::chrono_literals;
using telemetry::level;

constexpr auto follow_every = 100ms;
constexpr auto save_every = 1s;
constexpr auto watch_every = 2s;
constexpr auto idle_wait = 50ms;
constexpr auto full_wait = 5ms;
constexpr auto finish_timeout = 4s;

constexpr page_size page{.events_max = 500, .bytes_max = 512 << 10};

/// Whether it is time again; remembers that it was.
auto is_due(std::chrono::steady_clock::time_point& last, std::chrono::milliseconds every) -> bool
{
    const auto now = std::chrono::steady_clock::now();
    if (now - last < every) return false;
    last = now;
    return true;
}

}  // namespace

publishing::publishing(store& store, publication_ledger& ledger, const settings& settings)
    : store_(store),
      ledger_(ledger),
      settings_(settings),
      incarnation_(ledger.incarnation()),
      saved_(clock::now()),
      watched_(clock::now())
{
    producer_ = std::make_unique<producer>(
        settings, [this](void* tag, std::int64_t offset) { acknowledge(*static_cast<lane*>(tag), offset); });
}

void publishing::turn()
{
    const auto rings = store_.bell().rings();
    if (is_due(followed_, follow_every)) follow_leadership();
    producer_->serve(0ms);
    if (was_replaced_) throw unavailable("a Kafka topic was replaced while it was published to");
    const bool moved = carry();
    if (is_due(saved_, save_every)) save_cursors();
    if (is_due(watched_, watch_every)) watch_topics();
    if (moved) return;
    if (is_full_) producer_->serve(full_wait);
    else store_.bell().wait(rings, idle_wait);
}

void publishing::finish()
{
    producer_->flush(finish_timeout);
    save_cursors();
}

void publishing::follow_leadership()
{
    const auto led = ledger_.led();
    std::vector<led_log> added;
    std::set<log_id> names;
    for (const auto& log : led) {
        names.insert(log.log);
        const auto known = lanes_.find(log.log);
        if (known != lanes_.end() && known->second->led().epoch == log.epoch) {
            known->second->set_wanted_elsewhere(log.is_wanted_elsewhere);
            continue;
        }
        if (known != lanes_.end()) leave(known);         // somebody else has led it meanwhile
        const auto halted = halted_.find(log.log);
        if (halted == halted_.end() || halted->second != log.epoch) added.push_back(log);
        else if (log.is_wanted_elsewhere) ledger_.give_back(log.log);
    }
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
        const auto current = lane++;
        if (!names.contains(current->first)) leave(current);
    }
    std::erase_if(left_, [](const auto& lane) { return lane->is_idle(); });
    give_back_what_is_wanted();
    if (!added.empty()) begin(added);
}

/// What is under way is still acknowledged to it.
void publishing::leave(lanes::iterator lane)
{
    left_.push_back(std::move(lane->second));
    lanes_.erase(lane);
}

void publishing::begin(std::span<const led_log> logs)
{
    std::set<category> categories;
    for (const auto& log : logs) categories.insert({log.log.category, log.partitions});
    for (const auto& category : categories)
        check_claim(settings_, category.name, ledger_.claim_topic(category.name, topic_of(settings_, category.name)));
    ensure_topics(producer_->client(), settings_, std::vector(categories.begin(), categories.end()));
    std::vector<log_id> names;
    for (const auto& log : logs) names.push_back(log.log);
    for (auto& [log, from, was_replaced] :
         find_resumptions(store_, {ledger_.cursors(names), incarnation_}, settings_, logs)) {
        const auto topic = topic_of(settings_, log.log.category);
        if (!from) {
            telemetry::log(level::error,
                           to_string(log.log) + " is not published: " + from.error().difference
                               + ". The log was restored to an older state, or the topic belongs to another store. "
                                 "What would mend it: annals publish repair",
                           {{"log", to_string(log.log)}, {"topic", topic}});
            halted_[log.log] = log.epoch;
            continue;
        }
        if (was_replaced)
            telemetry::log(level::warning, "the topic was replaced and is filled again",
                           {{"log", to_string(log.log)}, {"topic", topic}, {"from", from->position.number + 1}});
        from->incarnation = incarnation_;
        lanes_[log.log] = std::make_unique<lane>(log, topic, *from);
    }
}

void publishing::give_back_what_is_wanted()
{
    for (auto lane = lanes_.begin(); lane != lanes_.end();) {
        const auto current = lane++;
        if (!current->second->led().is_wanted_elsewhere || !current->second->is_idle()) continue;
        if (!current->second->is_saved()) ledger_.save(std::span(&current->second->done(), 1));
        ledger_.give_back(current->first);
        lanes_.erase(current);
    }
}

/// Reads the next page of every log that has room and hands it to the producer; whether there was anything.
auto publishing::carry() -> bool
{
    std::vector<log_cursor> wanted;
    for (const auto& [log, lane] : lanes_)
        if (lane->has_room() && !lane->led().is_wanted_elsewhere) wanted.push_back({log, lane->offered()});
    if (wanted.empty()) return false;
    const auto events = store_.read_logs(wanted, page);
    for (const auto& event : events)
        if (!offer(*lanes_.at(event.log()), event)) return false;            // read again when there is room
    return !events.empty();
}

auto publishing::offer(lane& lane, const recorded_event& event) -> bool
{
    const auto record = to_record(event, {settings_.source + "/" + event.stream.category, incarnation_});
    if (!producer_->offer(record, {lane.topic(), event.partition, &lane})) return false;
    lane.offer(event);
    return true;
}

void publishing::acknowledge(lane& lane, std::int64_t offset)
{
    if (offset < lane.done().topic_offset) was_replaced_ = true;             // offsets never go back in one topic
    lane.acknowledge(offset);
}

void publishing::save_cursors()
{
    std::vector<publication_cursor> cursors;
    for (const auto& [log, lane] : lanes_)
        if (!lane->is_saved()) cursors.push_back(lane->done());
    if (cursors.empty()) return;
    ledger_.save(cursors);
    for (const auto& [log, lane] : lanes_) lane->set_saved();
}

/// Topics that were deleted, or deleted and made again, while nothing was published to them.
void publishing::watch_topics()
{
    for (const auto& [log, lane] : lanes_) {
        const auto known = lane->done().topic_offset;
        if (lane->take_progress()) continue;             // its acknowledgements have just shown the topic's end
        const auto ends = watermarks_of(producer_->client(), settings_, {lane->topic(), log.partition});
        if (ends.high < known) throw unavailable("Kafka's topic " + lane->topic() + " was replaced");
    }
}

}  // namespace annals::eventstore::kafka
