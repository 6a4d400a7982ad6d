// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "facts.hpp"

#include <variant>

namespace shop {

/// A frame number, on at most one bike. The number is its key.
struct frame {
    static constexpr auto category = "frame";
    using event = std::variant<frame_taken, frame_released>;

    void evolve(const frame_taken&) { is_taken = true; }
    void evolve(const frame_released&) { is_taken = false; }
    auto is_free() const -> bool { return !is_taken; }

    bool is_taken = false;
};

} // namespace shop
