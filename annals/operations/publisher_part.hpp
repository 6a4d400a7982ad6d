// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/settings.hpp>
#include <annals/operations/process.hpp>

namespace annals::operations {

/// Adds the publisher to a process: it publishes the log to Kafka until the process stops. The session must outlive
/// the process.
void add_publisher(process&, app::context&, kafka::settings);

}  // namespace annals::operations
