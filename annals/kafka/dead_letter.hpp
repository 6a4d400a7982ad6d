// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/settings.hpp>

#include <string>

namespace annals::kafka {

/// An event that a consumer of its topic could not process.
struct dead_letter {
    eventstore::recorded_event event;
    std::string consumer;                    ///< such as the projection's name
    std::string error;
};

/// The event as it is published to its topic, with the headers that Kafka Connect gives to the records of a dead
/// letter queue (`__connect.errors.topic`, `…partition`, `…connector.name`, `…stage`, `…exception.message`; from
/// `DeadLetterQueueReporter` of Apache Kafka).
auto to_record(const dead_letter&, const settings&, const origin&) -> record;

}  // namespace annals::kafka
