// SPDX-License-Identifier: Apache-2.0
#include <cli/kafka_settings.hpp>

#include <cli/failure.hpp>

namespace annals::cli {

auto kafka_settings(const configuration& configured) -> eventstore::kafka::settings
{
    if (!configured.has_kafka())
        throw failure("no Kafka broker is configured", "give --kafka HOST:PORT or set ANNALS_KAFKA_BOOTSTRAP_SERVERS",
                      exit_code::usage);
    eventstore::kafka::settings settings;
    settings.properties = configured.kafka();
    settings.bootstrap_servers = settings.properties.at("bootstrap.servers");
    settings.properties.erase("bootstrap.servers");
    settings.topic_template = configured.text("topic");
    return settings;
}

}  // namespace annals::cli
