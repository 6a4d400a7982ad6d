// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <annals/facts/event_type.hpp>

#include <optional>
#include <string>
#include <variant>

/// A small laboratory for the tests of commands.
namespace annals::tests {

// clang-format off
enum class urgency { low, normal, high, urgent };
struct sample_created   { std::string barcode, sample_type, patient_id; urgency priority = urgency::normal; std::optional<std::string> project_id; };
struct sample_validated { std::string by; double volume_ml = 0; };
struct sample_rejected  { std::string reason; };
struct sample_archived  {};
struct barcode_taken    { std::string sample_id; };
using sample_event = std::variant<sample_created, sample_validated, sample_rejected, sample_archived>;

ANNALS_ENUM(urgency, low, normal, high, urgent)
ANNALS_EVENT(sample_created,   "sample.created",   barcode, sample_type, patient_id, priority, project_id)
ANNALS_EVENT(sample_validated, "sample.validated", by, volume_ml)
ANNALS_EVENT(sample_rejected,  "sample.rejected",  reason)
ANNALS_EVENT(sample_archived,  "sample.archived")
ANNALS_EVENT(barcode_taken,    "barcode.taken",    sample_id)

/// 1 → 2: volumes were microlitres.
inline void upcast(facts::from_version<sample_validated, 1>, eventstore::json& stored)
{ stored["volume_ml"] = stored.value("volume_ul", 0.0) / 1000; }

struct create_sample   { std::string barcode, sample_type, patient_id; urgency priority = urgency::normal; };
struct validate_sample { std::string by; double volume_ml = 0; };
struct reject_sample   { std::string reason; };
struct finish_sample   { std::string by; };
ANNALS_FIELDS(create_sample,   barcode, sample_type, patient_id, priority)
ANNALS_FIELDS(validate_sample, by, volume_ml)
// clang-format on

struct barcode {
    static constexpr auto category = "barcode";
    using event = std::variant<barcode_taken>;
    using decision = commands::decision<event>;

    void evolve(const barcode_taken&) {}
};

/// A sample, from the order to the archive.
struct sample {
    static constexpr auto category = "sample";
    static constexpr auto ignores = "sample.noted";
    using event = sample_event;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision;
    auto decide(const validate_sample&) const -> decision;
    auto decide(const reject_sample&) const -> decision;
    auto decide(const finish_sample&) const -> decision;

    void evolve(const sample_created&) { now = stage::expected; }
    void evolve(const sample_validated&) { now = stage::validated; }
    void evolve(const sample_rejected&) { now = stage::gone; }
    void evolve(const sample_archived&) { now = stage::gone; }

    enum class stage { unknown, expected, validated, gone } now = stage::unknown;
};

}  // namespace annals::tests
