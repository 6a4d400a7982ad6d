// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_watch.hpp>

#include <annals/kafka/client.hpp>
#include <annals/kafka/topic.hpp>
#include <annals/kafka/topic_reader.hpp>
#include <annals/kafka/topic_survey.hpp>

#include <algorithm>
#include <utility>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 2s;
constexpr int looks_between_surveys = 7;

/// Less than `answer_timeout`: when no broker answers, other publishers shall have the logs within ten seconds.
constexpr std::chrono::milliseconds end_timeout = 1s;

auto categories_of(const std::vector<led_log>& logs) -> std::vector<category>
{
    std::set<category> all;
    for (const auto& log : logs) all.insert({log.log.category, log.partitions});
    return {all.begin(), all.end()};
}

}  // namespace

topic_watch::topic_watch(rd_kafka_s& client, const settings& settings) : client_(client), settings_(settings)
{
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

topic_watch::~topic_watch() = default;

void topic_watch::follow(std::vector<watched_log> logs, std::vector<led_log> led)
{
    const std::scoped_lock lock(mutex_);
    watched_ = std::move(logs);
    led_ = std::move(led);
}

auto topic_watch::take() -> std::vector<watched_change>
{
    const std::scoped_lock lock(mutex_);
    if (auto lost = std::exchange(lost_, nullptr)) std::rethrow_exception(lost);
    return std::exchange(found_, {});
}

void topic_watch::run(const std::stop_token& stop)
{
    for (int look = 1; !stop.stop_requested(); ++look) {
        std::unique_lock lock(mutex_);
        stopped_.wait_for(lock, stop, look_every, [] { return false; });
        const auto watched = watched_;
        const auto led = led_;
        lock.unlock();
        if (stop.stop_requested()) return;
        try {
            look_at_ends(watched, stop);
            if (look % looks_between_surveys == 0) look_at_settings(led);
        } catch (const no_broker&) {
            lock.lock();
            lost_ = std::current_exception();
        } catch (const std::exception&) {
            // If the broker refuses to answer here, the carrier sees it when it publishes.
        }
    }
}

void topic_watch::look_at_ends(const std::vector<watched_log>& watched, const std::stop_token& stop)
{
    auto patience = end_timeout;
    for (const auto& log : watched) {
        if (stop.stop_requested()) return;
        const auto ends = find_watermarks(client_, settings_, {log.topic, log.led.log.partition}, patience);
        if (ends ? ends->high < log.end : ends.error().is_missing()) note({log.led, {}});
        else if (log.is_silent) note({log.led, reason_of_silence(log)});
        if (!ends) patience = 300ms;
    }
}

/// Only obstacles to publishing, which were not there when it began.
void topic_watch::look_at_settings(const std::vector<led_log>& led)
{
    if (led.empty()) return;
    for (const auto& topic : survey_topics(client_, settings_, categories_of(led))) {
        if (!topic.obstacle) continue;
        for (const auto& log : led)
            if (log.log.category == topic.category) note({log, topic.obstacle});
    }
}

auto topic_watch::reason_of_silence(const watched_log& log) -> obstacle
{
    const auto at = log.topic + "/" + std::to_string(log.led.log.partition);
    const category of{log.led.log.category, log.led.partitions};
    for (const auto& topic : survey_topics(client_, settings_, {&of, 1})) {
        if (topic.obstacle) return *topic.obstacle;
        if (topic.leaderless.contains(log.led.log.partition))
            return {"Kafka's partition " + at + " has no leader", "Start the brokers that hold it."};
    }
    return {"Kafka does not acknowledge what is published to " + at,
            "Check its brokers: are there as many in-sync copies as min.insync.replicas needs?"};
}

void topic_watch::note(watched_change change)
{
    const std::scoped_lock lock(mutex_);
    found_.push_back(std::move(change));
}

}  // namespace annals::kafka
