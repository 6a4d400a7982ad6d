// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/carrier.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/kafka/refusal.hpp>

#include <algorithm>
#include <iterator>
#include <thread>

namespace annals::kafka {

using namespace eventstore;

namespace {

constexpr page_size page{.events_max = 500, .bytes_max = 512 << 10};

/// A partition whose broker does not answer holds up the others no longer than this.
constexpr auto round_max = std::chrono::milliseconds(20);

/// Between two rounds of more than an event a log. Without it every stage works as often as it can, and events wait for
/// processor time.
constexpr auto pause_max = std::chrono::milliseconds(3);

}  // namespace

carrier::carrier(store& store, const settings& settings, std::string incarnation)
    : store_(store),
      settings_(settings),
      incarnation_(std::move(incarnation)),
      producer_(
          settings,
          {.delivered = [this](void* tag, auto offset) { acknowledge(*static_cast<partition_progress*>(tag), offset); },
           .refused =
               [this](void* tag, int code) {
                   auto& of = *static_cast<partition_progress*>(tag);
                   refuse(of, explain_refusal(of.topic(), of.led().log.partition, code));
               }})
{}

void carrier::take(std::unique_ptr<partition_progress> progress)
{
    progress->begin_with_one();
    partitions_[progress->led().log] = std::move(progress);
}

auto carrier::carry() -> bool
{
    if (gathers_for()) return false;
    std::vector<log_cursor> wanted;
    for (const auto& [log, progress] : partitions_)
        if (!progress->has_ended() && progress->has_room() && !progress->led().is_wanted_elsewhere)
            wanted.push_back({log, progress->offered()});
    if (wanted.empty() || broken()) return false;
    const auto events = read(wanted);
    is_behind_ = events.size() >= page.events_max;
    if (!events.empty()) {
        round_began_ = std::chrono::steady_clock::now();
        round_took_.reset();
        is_busy_ = events.size() > partitions_.size();
    }
    for (const auto& cursor : wanted) partitions_.at(cursor.log)->set_caught_up(true);
    bool has_room = true;
    for (auto event = events.begin(); event != events.end();) {  // one log after the other
        const auto log = event->log();
        auto& progress = *partitions_.at(log);
        progress.set_caught_up(false);
        for (; event != events.end() && event->partition == log.partition && event->stream.category == log.category;
             ++event)
            if (has_room && !progress.has_ended() && progress.has_room())
                has_room = offer(progress, *event) || progress.has_ended();
    }
    return has_room && !events.empty();  // events without room are read again
}

/// A log that cannot be read does not stop the others.
auto carrier::read(const std::vector<log_cursor>& wanted) -> std::vector<recorded_event>
{
    try {
        return store_.read_logs(wanted, page);
    } catch (const error& problem) {
        if (problem.retryable() || wanted.size() == 0) throw;
    }
    std::vector<recorded_event> events;
    for (const auto& cursor : wanted) try {
            std::ranges::move(store_.read_logs({&cursor, 1}, page), std::back_inserter(events));
        } catch (const error& problem) {
            if (problem.retryable()) throw;
            refuse(*partitions_.at(cursor.log),
                   {std::string("it cannot be read: ") + problem.what(), "It is tried again."});
        }
    return events;
}

auto carrier::offer(partition_progress& progress, const recorded_event& event) -> bool
{
    const auto record = to_record(event, {settings_.source + "/" + event.stream.category, incarnation_});
    if (!producer_.offer(record, {progress.topic(), event.partition, &progress})) return false;
    progress.offer(event);
    return true;
}

void carrier::acknowledge(partition_progress& progress, std::int64_t offset)
{
    if (!progress.is_next(offset)) progress.end();
    progress.acknowledge(offset);
}

void carrier::refuse(partition_progress& progress, obstacle why)
{
    if (!progress.has_ended()) obstacles_.try_emplace(progress.led().log, std::move(why));
    progress.end();
}

auto carrier::is_under_way() const -> bool
{
    return std::ranges::any_of(partitions_,
                               [](const auto& one) { return !one.second->has_ended() && !one.second->is_idle(); });
}

auto carrier::gathers_for() -> std::optional<std::chrono::nanoseconds>
{
    if (is_behind_) return {};
    const std::chrono::nanoseconds since = std::chrono::steady_clock::now() - round_began_;
    if (!round_took_ && !is_under_way()) round_took_ = since;
    const auto until = round_took_ ? *round_took_ + pause() : round_max;
    return since < until ? std::optional(until - since) : std::nullopt;
}

auto carrier::pause() const -> std::chrono::nanoseconds
{
    return is_busy_ ? std::min<std::chrono::nanoseconds>(*round_took_, pause_max) : std::chrono::nanoseconds{};
}

auto carrier::gather() -> bool
{
    const auto left = gathers_for();
    if (!left) return false;
    if (round_took_) std::this_thread::sleep_for(*left);
    else serve(std::chrono::ceil<std::chrono::milliseconds>(*left));
    return true;
}

auto carrier::is_full() const -> bool
{
    return std::ranges::any_of(partitions_,
                               [](const auto& one) { return !one.second->has_ended() && !one.second->has_room(); });
}

void carrier::forget_ended()
{
    std::erase_if(partitions_, [](const auto& one) { return one.second->has_ended() && one.second->is_idle(); });
}

auto carrier::release_idle(const std::function<bool(const partition_progress&)>& may_leave)
    -> std::vector<std::unique_ptr<partition_progress>>
{
    std::vector<std::unique_ptr<partition_progress>> released;
    for (auto& [log, progress] : partitions_)
        if (!progress->has_ended() && progress->is_idle() && (!may_leave || may_leave(*progress)))
            released.push_back(std::move(progress));
    std::erase_if(partitions_, [](const auto& one) { return !one.second; });
    return released;
}

}  // namespace annals::kafka
