// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/uuid.hpp>

#include <cstdint>
#include <vector>

namespace annals::cli::imports {

/// How often a row with the same content occurred in the file, and how often it is in the store. Takes 24 bytes per
/// content, at most twice that after growing: rows are counted without being kept.
class row_counts {
public:
    struct count {
        std::uint32_t in_file = 0;
        std::uint32_t stored = 0;
    };

    /// Counts from 0. Valid until the next call.
    auto of(const eventstore::uuid& content) -> count&;

private:
    struct slot {
        eventstore::uuid content{};
        count counted;
        auto is_free() const -> bool { return content.is_nil(); }
    };

    auto find(const eventstore::uuid&) -> slot&;
    void grow();

    std::vector<slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace annals::cli::imports
