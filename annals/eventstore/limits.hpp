// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/stream.hpp>

#include <cstddef>
#include <string_view>

namespace annals::eventstore {

struct append_request;
struct new_event;

/// What one append may hold. The library and the SQL functions refuse more with an error that names the limit.
namespace limits {
inline constexpr std::size_t data_bytes = 1 << 20;
inline constexpr std::size_t metadata_bytes = 64 << 10;
inline constexpr std::size_t events = 1000;
inline constexpr std::size_t append_bytes = 8 << 20;
inline constexpr std::size_t name_bytes = 255;
inline constexpr std::size_t category_bytes = 200;
inline constexpr std::size_t json_depth = 64;
inline constexpr int partitions = 1024;
}  // namespace limits

/// These throw `invalid_request`, saying which value breaks which rule.
/// A category is `[A-Za-z0-9][A-Za-z0-9._]{0,199}`. A key and a type are not empty and hold no control characters.
void check_category(std::string_view name);
void check_name(const stream_id&);
void check_partitions(int partitions);

/// A payload is a JSON object that `jsonb` can hold: valid UTF-8, no `\u0000`, no lone surrogates, numbers within its
/// range, no member twice in one object, at most 64 levels deep. A time of occurrence is in the years 0000 to 9999,
/// since RFC 3339 has no others.
void check_event(const new_event&, const stream_id&);

/// An event id occurs only once in an append.
void check_request(const append_request&);

}  // namespace annals::eventstore
