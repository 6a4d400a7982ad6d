// SPDX-License-Identifier: Apache-2.0
#include <annals/app/kafka_settings.hpp>

#include <annals/app/failure.hpp>
#include <annals/kafka/topic.hpp>

namespace annals::app {

auto kafka_settings(const configuration& configured) -> kafka::settings
{
    if (!configured.has_kafka())
        throw failure("no Kafka broker is configured", "give --kafka HOST:PORT or set ANNALS_KAFKA_BOOTSTRAP_SERVERS",
                      exit_code::usage);
    kafka::settings settings;
    settings.properties = configured.kafka();
    settings.bootstrap_servers = settings.properties.at("bootstrap.servers");
    settings.properties.erase("bootstrap.servers");
    settings.topic_template = configured.text("topic");
    settings.retention = std::chrono::hours(configured.number("topic_retention_hours"));
    settings.replication_factor = configured.number("topic_replication_factor");
    settings.min_insync_replicas = configured.number("topic_min_insync_replicas");
    settings.compression = configured.text("topic_compression");
    if (settings.replication_factor > 0 && settings.min_insync_replicas > settings.replication_factor)
        throw failure("topic_min_insync_replicas is " + std::to_string(settings.min_insync_replicas)
                          + ", but there would be " + std::to_string(settings.replication_factor)
                          + " copies: nothing could be published",
                      "raise topic_replication_factor, or lower the other", exit_code::usage);
    check_settings(settings);
    return settings;
}

}  // namespace annals::app
