// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/store.hpp>

namespace annals::processors {

/// Whether a page that holds so much may have ended before its source: at a number of events, or at an event that did
/// not fit.
inline auto may_be_cut(std::size_t events, std::size_t bytes, const eventstore::page_size& page) -> bool
{
    namespace limits = eventstore::limits;
    constexpr auto event_bytes_max = limits::data_bytes + limits::metadata_bytes + 2 * limits::name_bytes;
    return events >= page.events_max || bytes + event_bytes_max > page.bytes_max;
}

}  // namespace annals::processors
