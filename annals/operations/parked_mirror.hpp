// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/settings.hpp>
#include <annals/operations/process.hpp>

#include <string>

namespace annals::operations {

/// Adds a part to a process: each event that a projection could not apply is published to a topic besides, with the
/// error, for tools that watch such topics. `topic_template`: the topic, where `{topic}` stands for the category's;
/// it is created with one partition. At least once, and in no order; the queue that counts is annals.parked_events.
/// One process of a database does it.
void add_parked_mirror(process&, app::context&, kafka::settings, const std::string& topic_template);

}  // namespace annals::operations
