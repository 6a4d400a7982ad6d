// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/event.hpp>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace annals::eventstore::kafka {

struct header {
    std::string name;
    std::string value;

    auto operator==(const header&) const -> bool = default;
};

/// A Kafka record, apart from where it stands in its topic.
struct record {
    std::string key;
    std::string value;
    std::vector<header> headers;

    auto operator==(const record&) const -> bool = default;
};

/// What a record tells besides the event itself.
struct origin {
    std::string source;                      ///< `ce_source`: whose event it is
    std::string incarnation;                 ///< `ce_epoch`: of the store, when it was read

    auto operator==(const origin&) const -> bool = default;
};

struct published_event {
    recorded_event event;
    origin from;
};

/// An event as a CloudEvent 1.0 in Kafka's binary mode: the value is the payload's bytes as stored, everything else is
/// a header, 64-bit numbers as decimal text (`ce_sequence`, the position, padded to 20 digits).
///
/// `ce_metadata` is the metadata's bytes as stored; `ce_correlationid`, `ce_causationid`, `traceparent` and
/// `tracestate` repeat members of it for readers that do not know annals. `ce_time` is always there: without a time of
/// occurrence it repeats `ce_recordedtime`. A given time that equals it is told apart by the offset `+00:00` for `Z`.
auto to_record(const recorded_event&, const origin&) -> record;

/// The reverse: an equal event. Otherwise what keeps the record from being an event of annals.
auto from_record(const record&, int partition) -> std::expected<published_event, std::string>;

/// The position alone, for readers that only look for the greatest; 0 when there is none.
auto position_of(std::string_view sequence) -> log_position;

}  // namespace annals::eventstore::kafka
