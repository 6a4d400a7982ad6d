// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/memory/category_records.hpp>

#include <cstddef>
#include <string>

namespace annals::eventstore::memory {

/// Whether the events of one stream's part of a request are in the stream already.
struct resent {
    enum class finding { absent, present, reused };

    finding is = finding::absent;
    std::size_t index = 0;                   ///< where the first one is, when `present`
    uuid id{};  ///< the first one found; when `reused`: the first that differs, or is there without the rest
    std::string differs = {};                ///< when `reused`: what differs
};

/// Looks at the versions that the events would have. For expectations that name a version. `sent_again`: an id that
/// is not there is also looked for in the stream's last 1,000 events.
auto find_at_expected_version(const category_records&, const stream_append&, bool sent_again) -> resent;

/// Searches the whole stream. For expectations that name no version, when the request may have been sent before.
auto find_anywhere(const category_records&, const stream_append&) -> resent;

}  // namespace annals::eventstore::memory
