// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>

#include <boost/uuid/uuid.hpp>

#include <string>
#include <string_view>

namespace annals::eventstore {

using boost::uuids::uuid;

/// A new UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, 12 bits of a counter within one thread's
/// millisecond (method 1 of section 6.2), 62 random bits. Thread-safe, without a lock.
auto new_uuid() -> uuid;

/// The version 5 UUID (RFC 9562, section 5.5) of a name within annals' own namespace: the same name gives the same
/// id.
auto uuid_of_name(std::string_view name) -> uuid;

/// The millisecond in which a version 7 UUID was made.
auto time_of(const uuid&) -> timestamp;

auto to_string(const uuid&) -> std::string;

/// Throws `invalid_request`.
auto parse_uuid(std::string_view text) -> uuid;

}  // namespace annals::eventstore
