// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace annals::eventstore {

/// MurmurHash2 (Austin Appleby, public domain) with the seed of Kafka's Java client,
/// `org.apache.kafka.common.utils.Utils.murmur2`.
auto murmur2(std::string_view bytes) -> std::int32_t;

/// The partition in which a key's events are: the Java client's default, so that topics of other
/// producers are co-partitioned with ours (librdkafka: `partitioner=murmur2_random`).
auto partition_of(std::string_view key, int partitions) -> int;

}  // namespace annals::eventstore
