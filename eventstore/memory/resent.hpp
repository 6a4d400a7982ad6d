// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/memory/category_records.hpp>

#include <cstddef>
#include <string>

namespace annals::eventstore::memory {

/// Whether the events of one stream's part of a request are in the stream already.
struct resent {
    enum class finding { absent, present, reused };

    finding is = finding::absent;
    std::size_t index = 0;                   ///< where the first one is, when `present`
    uuid id{};  ///< the first that is there; when `reused`: the first that is not the same, or without the rest
    std::string differs = {};                ///< when `reused`: what is not the same
};

/// Looks at the versions that the events would have taken. For expectations that name a version. `sent_again`: an id
/// that is not there is looked for in the stream's last 1,000 events as well.
auto find_at_expected_version(const category_records&, const stream_append&, bool sent_again) -> resent;

/// Looks through the whole stream. For expectations that name none, when the request may have been sent before.
auto find_anywhere(const category_records&, const stream_append&) -> resent;

}  // namespace annals::eventstore::memory
