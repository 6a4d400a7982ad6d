// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <examples/laboratory/sample_facts.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace laboratory {

// clang-format off
struct create_sample    { std::optional<std::string> sample_id; std::string barcode, sample_type, patient_id; std::optional<std::string> submitter_id, lab_id, sample_name, submitter_name, submitter_email; std::optional<urgency> priority; std::optional<std::string> project_id, lab_name; };
struct validate_sample  { std::string by; double volume_ml = 0; };
struct store_sample     { std::string location, temperature_requirement; };
struct start_processing { sample_status stage = sample_status::prep; std::string assigned_to; std::int64_t estimated_duration_ms = 0; };
struct complete_sample  { std::string by; };
struct reject_sample    { std::string reason; };
struct archive_sample   {};
struct revert_validation { std::string by; };
/// The order is given up; `saga` has made it.
struct cancel_sample    { std::string saga; };

// Named fields, so that commands can arrive as JSON. There every field must be given, unless it is an optional.
ANNALS_FIELDS(create_sample, sample_id, barcode, sample_type, patient_id, submitter_id, lab_id, sample_name, submitter_name, submitter_email, priority, project_id, lab_name)
ANNALS_FIELDS(validate_sample, by, volume_ml)
ANNALS_FIELDS(store_sample, location, temperature_requirement)
ANNALS_FIELDS(start_processing, stage, assigned_to, estimated_duration_ms)
ANNALS_FIELDS(complete_sample, by)
ANNALS_FIELDS(reject_sample, reason)
ANNALS_FIELDS(archive_sample)
ANNALS_FIELDS(revert_validation, by)
ANNALS_FIELDS(cancel_sample, saga)
// clang-format on

/// A sample, from the order to the archive:
/// submitted → validated → prep → sequencing → analysis → completed → archived; rejected until it is completed.
struct sample {
    static constexpr auto category = "sample";
    using event = sample_event;
    using decision = annals::commands::decision<event>;

    auto decide(const create_sample&) const -> decision;
    auto decide(const validate_sample&) const -> decision;
    auto decide(const store_sample&) const -> decision;
    auto decide(const start_processing&) const -> decision;
    auto decide(const complete_sample&) const -> decision;
    auto decide(const reject_sample&) const -> decision;
    auto decide(const archive_sample&) const -> decision;
    auto decide(const revert_validation&) const -> decision;
    auto decide(const cancel_sample&) const -> decision;

    void evolve(const sample_created& fact) { id = fact.sample_id, now = sample_status::submitted; }
    void evolve(const sample_validated&) { now = sample_status::validated; }
    void evolve(const sample_status_changed& fact) { now = fact.new_status; }
    void evolve(const sample_stored& fact) { location = fact.location; }
    void evolve(const sample_processing_started& fact) { now = fact.stage; }
    void evolve(const sample_completed&) { now = sample_status::completed; }
    void evolve(const sample_rejected&) { now = sample_status::rejected; }
    void evolve(const sample_archived&) { now = sample_status::archived; }

    std::string id;
    std::optional<sample_status> now;        ///< nothing: never ordered
    std::string location;
};
ANNALS_FIELDS(sample, id, now, location)

}  // namespace laboratory
