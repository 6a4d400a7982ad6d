// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>

#include <cstdint>

/// When two rows of a source are the same (docs/reference/same-event.md).
namespace annals::cli::imports {

/// The metadata of every imported event; it distinguishes it from events that other programs wrote.
inline constexpr std::string_view import_metadata = R"({"source_service":"annals import"})";

auto is_imported(const eventstore::recorded_event&) -> bool;

/// A digest of a row: its stream, type, time and payload. The order of the payload's members does not matter, and so
/// neither does the order of a file's columns; values are compared as they are written.
auto content_of(const eventstore::stream_id&, std::string_view type, std::optional<eventstore::timestamp>,
                std::string_view data) -> eventstore::uuid;

/// The event id of the nth (from 1) of several rows with this content.
auto id_of_row(const eventstore::uuid& content, std::uint32_t number) -> eventstore::uuid;

/// The event id of a row that has its own id in the source, unique within the key.
auto id_of_source(const eventstore::stream_id&, std::string_view source_id) -> eventstore::uuid;

}  // namespace annals::cli::imports
