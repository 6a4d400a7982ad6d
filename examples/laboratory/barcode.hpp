// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/facts/event_type.hpp>

#include <string>
#include <variant>

namespace laboratory {

struct barcode_taken {
    std::string sample_id;
};
ANNALS_EVENT(barcode_taken, "barcode.taken", sample_id)

/// Exists so that no two samples have the same barcode: a sample claims its barcode's stream when it is created.
struct barcode {
    static constexpr auto category = "barcode";
    using event = std::variant<barcode_taken>;
    using decision = annals::commands::decision<event>;

    void evolve(const barcode_taken& fact) { sample_id = fact.sample_id; }

    std::string sample_id;
};
ANNALS_FIELDS(barcode, sample_id)

}  // namespace laboratory
