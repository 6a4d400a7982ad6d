// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/process.hpp>
#include <eventstore/kafka/settings.hpp>

namespace annals::cli {

/// Adds the publisher to a process: it publishes the log to Kafka until the process stops. The session must outlive
/// the process.
void add_publisher(process&, session&, eventstore::kafka::settings);

}  // namespace annals::cli
