// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <string>
#include <string_view>

namespace annals::eventstore {

/// The stored form: one JSON object. First the members `correlation_id`, `causation_id`, `user_id`, `source_service`,
/// `traceparent` and `tracestate` where not empty, then the members of `other`. `occurred_at` is a column, not a
/// member. Throws `invalid_request` when `other` is not a JSON object or repeats one of those members.
auto encode(const metadata&) -> std::string;

/// The reverse; unknown members go into `other`. Throws `mismatch` when the text is not a JSON object.
auto decode_metadata(std::string_view text) -> metadata;

}  // namespace annals::eventstore
