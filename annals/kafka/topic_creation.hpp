// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/handles.hpp>
#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>

#include <span>

/// For the folder's own .cpp files.
namespace annals::kafka {

/// Creates the categories' topics. Returns those that the broker refuses, each with its reason; a topic that exists
/// already is no error. Throws `unavailable` when no broker answers.
auto create_topics(rd_kafka_t& client, const settings&, std::span<const eventstore::category>) -> obstacles;

}  // namespace annals::kafka
