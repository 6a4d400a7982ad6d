// SPDX-License-Identifier: Apache-2.0
#include <annals/processors/kafka_feed.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/kafka/consumer.hpp>
#include <annals/telemetry/log.hpp>

#include <utility>

namespace annals::processors {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;

constexpr auto silence_max = 1s;
constexpr auto commit_every = 5s;
constexpr auto poll_wait = 50ms;

}  // namespace

kafka_feed::kafka_feed(store& store, const kafka::settings& settings, const std::string& group, offsets begin)
    : store_(store), offsets_(std::move(begin)), consumer_(std::make_unique<kafka::consumer>(settings, group))
{
    receiver_ = std::jthread([this](std::stop_token stop) { receive(std::move(stop)); });
}

kafka_feed::~kafka_feed() = default;

auto kafka_feed::next(std::span<const log_cursor> cursors, const page_size& page) -> std::vector<recorded_event>
{
    std::vector<recorded_event> found;
    std::vector<log_cursor> behind;
    {
        const std::scoped_lock lock(mutex_);
        follow_incarnation();
        std::size_t bytes = 0;
        for (const auto& cursor : cursors) {
            auto& log = follow(cursor);
            if (log.window.holds_next_of(cursor.position)) {
                if (log.window.copy(cursor.position, page, found, bytes)) break;
            } else if (cursor.position < log.window.end() || clock::now() - log.heard_at > silence_max) {
                behind.push_back(cursor);
            }
        }
    }
    if (!found.empty() || behind.empty()) return found;
    return from_store(behind, page);
}

auto kafka_feed::follow(const log_cursor& cursor) -> followed_log&
{
    const auto [known, is_new] = followed_.try_emplace(cursor.log, cursor.position);
    if (is_new) wanted_.push_back(cursor.log);
    return known->second;
}

/// A log that had events which the topic did not bring is read again immediately; others again after a second.
auto kafka_feed::from_store(std::span<const log_cursor> cursors, const page_size& page) -> std::vector<recorded_event>
{
    const auto asked_at = clock::now();
    auto events = store_.read_logs(cursors, page);
    const std::scoped_lock lock(mutex_);
    if (events.empty())
        for (const auto& cursor : cursors) followed_.at(cursor.log).heard_at = asked_at;
    for (const auto& event : events)
        if (auto& window = followed_.at(event.log()).window; window.end() < event.position)
            window.restart(event.position);
    return events;
}

void kafka_feed::receive(std::stop_token stop)
{
    auto rung_at = clock::now(), committed_at = rung_at;
    while (!stop.stop_requested()) {
        try {
            hand_over_wanted();
            auto events = consumer_->poll(poll_wait);
            const auto now = clock::now();
            if (!events.empty() || now - rung_at > silence_max) {
                take(std::move(events));
                changes_.tell();
                rung_at = now;
            }
            if (now - committed_at > commit_every) {
                consumer_->commit();
                committed_at = now;
            }
            tell();
            has_failed_ = false;
        } catch (const std::exception& problem) {
            if (!std::exchange(has_failed_, true)) say("the Kafka feed fails; trying again", problem.what());
            std::this_thread::sleep_for(silence_max);
        }
    }
}

/// Logs each problem once, and once when the broker is back.
void kafka_feed::tell()
{
    for (const auto& trouble : consumer_->take_troubles()) say("a topic cannot be read; reading the log", trouble);
    if (const bool was = std::exchange(is_cut_off_, consumer_->is_cut_off()); was != is_cut_off_)
        telemetry::log(telemetry::level::info, is_cut_off_ ? "Kafka is unreachable: read models follow the log itself"
                                                           : "Kafka is back: read models follow its topics");
}

void kafka_feed::say(const char* what, const std::string& problem)
{
    telemetry::log(telemetry::level::warning, what, {{"problem", problem}});
}

void kafka_feed::hand_over_wanted()
{
    std::vector<log_id> wanted;
    {
        const std::scoped_lock lock(mutex_);
        wanted.swap(wanted_);
    }
    for (const auto& log : wanted) {
        const auto begin = offsets_.find(log);
        consumer_->follow(log, begin == offsets_.end() ? std::nullopt : std::optional(begin->second));
    }
}

void kafka_feed::take(std::vector<kafka::published_event> events)
{
    const std::scoped_lock lock(mutex_);
    follow_incarnation();
    const auto now = clock::now();
    for (auto& published : events) {
        auto& event = published.event;
        const auto log = followed_.find(event.log());
        if (log == followed_.end()) continue;
        auto& [window, heard_at] = log->second;
        if (event.position <= window.end()) continue;                              // repeated
        if (published.from.incarnation != incarnation_) {
            refuse(log->second, published);
            continue;
        }
        if (event.position > window.end() + 1)  // a gap: its readers read the log
            window.restart(event.position - 1);
        window.add(std::move(event));
        heard_at = now;
    }
}

/// The log is read instead, immediately.
void kafka_feed::refuse(followed_log& log, const kafka::published_event& published)
{
    log.heard_at = {};
    if (!incarnation_ || published.from.incarnation == std::exchange(refused_, published.from.incarnation)) return;
    telemetry::log(telemetry::level::info,
                   "records of another incarnation of the store are ignored; the log is read instead",
                   {{"log", to_string(published.event.log())}, {"of", refused_}, {"store", *incarnation_}});
}

/// Events of one incarnation of the store say nothing about the next.
void kafka_feed::follow_incarnation()
{
    auto now = store_.incarnation();
    if (now == incarnation_) return;
    for (auto& [log, followed] : followed_) followed = followed_log({});
    incarnation_ = std::move(now);
}

}  // namespace annals::processors
