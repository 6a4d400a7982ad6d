// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>

#include <rapidcheck.h>

#include <ostream>
#include <vector>

namespace annals::tests {

/// An event for one of a few streams of the categories `thing` and `other`. Its payload has a number `n` and a text
/// `who`, or something else there, or nothing.
struct random_event {
    eventstore::stream_id stream;
    eventstore::new_event event;

    auto request() const -> eventstore::append_request
    {
        return {.streams = {{stream, eventstore::expected_version::any(), {event}}}};
    }
};

auto operator<<(std::ostream&, const random_event&) -> std::ostream&;

auto any_event() -> rc::Gen<random_event>;

}  // namespace annals::tests
