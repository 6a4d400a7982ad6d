// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/topic_settings.hpp>

#include <charconv>

namespace annals::kafka {

using namespace eventstore;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr auto alter = "alter the topic with Kafka's own tools, or the configuration";

/// Collects remarks on one topic.
class examination {
public:
    examination(const std::string& name, const found_topic& topic) : name_(name), topic_(topic) {}

    void risk(const std::string& found, const std::string& to_do) { add(true, found, to_do); }
    void advice(const std::string& found, const std::string& to_do) { add(false, found, to_do); }

    /// A property that is known and not as configured.
    void compare(std::string_view property, std::int64_t configured, bool is_risk = false)
    {
        const auto is = topic_.number(property);
        if (!is || *is == configured) return;
        add(is_risk,
            std::string(property) + "=" + std::to_string(*is) + ", configured is " + std::to_string(configured), alter);
    }
    auto remarks() && -> std::vector<topic_remark> { return std::move(remarks_); }

private:
    void add(bool is_risk, const std::string& found, const std::string& to_do)
    {
        remarks_.push_back({is_risk, "the topic " + name_ + " has " + found, to_do});
    }

    const std::string& name_;
    const found_topic& topic_;
    std::vector<topic_remark> remarks_;
};

void look_at_retention(examination& all, const found_topic& topic, const settings& settings)
{
    const auto configured = retention_ms(settings);
    const auto is = topic.number("retention.ms");
    all.compare("retention.ms", configured, is && *is >= 0 && (configured < 0 || *is < configured));
    if (const auto bytes = topic.number("retention.bytes").value_or(-1); bytes >= 0)
        all.risk("retention.bytes=" + std::to_string(bytes)
                     + ": a partition that grows beyond it loses its oldest records, even recent ones",
                 "set retention.bytes=-1 on the topic");
}

/// A record carries its time of publishing; the broker refuses it if that is too far from the broker's clock.
void look_at_timestamps(examination& all, const found_topic& topic)
{
    for (const auto* property :
         {"message.timestamp.difference.max.ms", "message.timestamp.before.max.ms", "message.timestamp.after.max.ms"}) {
        const auto limit = topic.number(property);
        if (limit && *limit < hour_ms)
            all.risk(std::string(property) + "=" + std::to_string(*limit)
                         + ": it refuses records when clocks differ, or when a record waited longer",
                     std::string("raise ") + property + " on the topic to an hour (3600000) or more");
    }
}

void look_at_copies(examination& all, const found_topic& topic, const settings& settings)
{
    if (settings.min_insync_replicas > 0) all.compare("min.insync.replicas", settings.min_insync_replicas);
    if (settings.replication_factor > 0 && topic.copies != settings.replication_factor)
        all.advice("replication.factor=" + std::to_string(topic.copies) + ", configured is "
                       + std::to_string(settings.replication_factor),
                   alter);
    if (topic.text("unclean.leader.election.enable") == "true")
        all.risk("unclean.leader.election.enable=true: when a broker fails, acknowledged records may be lost",
                 "set unclean.leader.election.enable=false on the topic");
}

}  // namespace

auto found_topic::number(std::string_view property) const -> std::optional<std::int64_t>
{
    const auto value = text(property);
    std::int64_t parsed = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    if (value.empty() || problem != std::errc{} || end != value.data() + value.size()) return {};
    return parsed;
}

auto found_topic::text(std::string_view property) const -> std::string
{
    const auto found = properties.find(std::string(property));
    return found == properties.end() ? std::string() : found->second;
}

auto retention_ms(const settings& settings) -> std::int64_t
{
    return settings.retention.count() == 0 ? -1 : std::chrono::milliseconds(settings.retention).count();
}

auto obstacle_in(const std::string& name, const found_topic& topic, const category& category) -> std::optional<obstacle>
{
    const auto of = "Kafka's topic " + name;
    if (topic.partitions != category.partitions)
        return obstacle{of + " has " + std::to_string(topic.partitions) + " partitions, but the category "
                            + category.name + " has " + std::to_string(category.partitions)
                            + " logs, and each log is one partition",
                        "Delete the topic (annals fills it again from the log) or choose another topic template."};
    if (const auto limit = topic.number("max.message.bytes"); limit && *limit < message_bytes_max)
        return obstacle{of + " takes messages up to " + std::to_string(*limit) + " bytes; a legal event may need "
                            + std::to_string(message_bytes_max),
                        "Set max.message.bytes=" + std::to_string(message_bytes_max) + " on the topic."};
    if (topic.text("cleanup.policy").contains("compact"))
        return obstacle{of + " has cleanup.policy=" + topic.text("cleanup.policy")
                            + ": it keeps the last event of each key and loses the others",
                        "Set cleanup.policy=delete on the topic; annals verify " + category.name
                            + " says whether events are lost already, and a deleted topic is filled again."};
    if (const auto needed = topic.number("min.insync.replicas"); needed && *needed > topic.copies)
        return obstacle{of + " has min.insync.replicas=" + std::to_string(*needed) + ", but only "
                            + std::to_string(topic.copies) + " copies: it refuses every record",
                        "Lower min.insync.replicas, or give the topic more copies."};
    return {};
}

auto remarks_on(const std::string& name, const found_topic& topic, const settings& settings)
    -> std::vector<topic_remark>
{
    examination all(name, topic);
    look_at_retention(all, topic, settings);
    look_at_copies(all, topic, settings);
    look_at_timestamps(all, topic);
    if (!topic.unreadable.empty())
        all.advice("settings that this user may not see: " + topic.unreadable,
                   "allow it DescribeConfigs on the topic; without it, risky settings stay unseen");
    return std::move(all).remarks();
}

}  // namespace annals::kafka
