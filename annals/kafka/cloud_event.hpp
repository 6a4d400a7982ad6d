// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace annals::kafka {

struct header {
    std::string name;
    std::string value;

    auto operator==(const header&) const -> bool = default;
};

/// A Kafka record, without its place in the topic.
struct record {
    std::string key;
    std::string value;
    std::vector<header> headers;

    auto operator==(const record&) const -> bool = default;
};

/// What a record says besides the event itself.
struct origin {
    std::string source;                      ///< `ce_source`: where the event comes from
    std::string incarnation;                 ///< `ce_epoch`: of the store, when it was read

    auto operator==(const origin&) const -> bool = default;
};

struct published_event {
    eventstore::recorded_event event;
    origin from;
};

/// An event as a CloudEvent 1.0 in Kafka's binary mode. The value is the payload's bytes as stored; everything else
/// is a header. 64-bit numbers are decimal text (`ce_sequence`, the position, padded to 20 digits).
///
/// `ce_metadata` is the metadata's bytes as stored; `ce_correlationid`, `ce_causationid`, `traceparent` and
/// `tracestate` repeat its members for readers that do not know annals. `ce_time` is always there: without a time of
/// occurrence it repeats `ce_recordedtime`. A time of occurrence that equals it is marked by the offset `+00:00`
/// instead of `Z`.
auto to_record(const eventstore::recorded_event&, const origin&) -> record;

/// The reverse: an equal event. Otherwise why the record is not an event of annals.
auto from_record(const record&, int partition) -> std::expected<published_event, std::string>;

/// Only the position, for readers that look for the greatest one; 0 when there is none.
auto position_of(std::string_view sequence) -> eventstore::log_position;

}  // namespace annals::kafka
