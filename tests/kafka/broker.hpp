// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/settings.hpp>

#include <map>
#include <string>
#include <vector>

/// The broker of `./dev up` for tests: write records, read everything, and change topics without the publisher's
/// knowledge.
namespace annals::tests {

/// Settings for that broker, with a topic template of this test's own.
auto broker_settings() -> kafka::settings;

/// A topic made by hand.
struct manual_topic {
    std::string name;
    int partitions = 1;
    int message_bytes_max = kafka::message_bytes_max;
    std::map<std::string, std::string> properties{};
};

void create_topic(const kafka::settings&, const manual_topic&);
void delete_topic(const kafka::settings&, const std::string& topic);

/// The partitions of a topic; 0 when it does not exist.
auto partitions_of(const kafka::settings&, const std::string& topic) -> int;

/// A topic's configuration, from the broker.
auto topic_property(const kafka::settings&, const std::string& topic, const std::string& name) -> std::string;

/// Gives the topic these properties, and otherwise the broker's defaults.
void set_topic_properties(const kafka::settings&, const std::string& topic, const std::map<std::string, std::string>&);

/// Forbids or allows the user of these settings to write to the topic. For a broker with an authorizer.
void deny_writing(const kafka::settings&, const std::string& topic);
void allow_writing(const kafka::settings&, const std::string& topic);

/// Writes one record and waits until it is there.
void write_record(const kafka::settings&, const std::string& topic, int partition, const kafka::record&);

/// All records that a partition holds now.
auto read_partition(const kafka::settings&, const std::string& topic, int partition) -> std::vector<kafka::record>;

}  // namespace annals::tests
