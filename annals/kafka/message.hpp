// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/cloud_event.hpp>
#include <annals/kafka/handles.hpp>

#include <span>

/// Between librdkafka's messages and records. For the folder's own .cpp files.
namespace annals::kafka {

/// The contents of a consumed message, copied.
auto to_record(const rd_kafka_message_t&) -> record;

/// A record's headers for a message to be produced, which takes them over.
auto to_headers(std::span<const header>) -> headers_handle;

}  // namespace annals::kafka
