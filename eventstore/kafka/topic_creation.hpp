// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/handles.hpp>
#include <eventstore/kafka/obstacle.hpp>
#include <eventstore/kafka/settings.hpp>

#include <span>

/// For the folder's own .cpp files.
namespace annals::eventstore::kafka {

/// Creates the categories' topics. Returns those that the broker refuses, each with its reason; a topic that exists
/// already is no error. Throws `unavailable` when no broker answers.
auto create_topics(rd_kafka_t& client, const settings&, std::span<const category>) -> obstacles;

}  // namespace annals::eventstore::kafka
