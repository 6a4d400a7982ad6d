// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace laboratory {

// clang-format off                                  // facts are a table; keep its columns
enum class urgency { low, normal, high, urgent };
enum class sample_status { submitted, validated, prep, sequencing, analysis, completed, rejected, archived };

struct sample_created {
    std::string sample_id, barcode, sample_type, patient_id, submitter_id, lab_id, sample_name, submitter_name,
        submitter_email;
    urgency priority = urgency::normal;
    std::optional<std::string> project_id, lab_name;
};
struct sample_validated {
    std::string by;
    double volume_ml = 0;
};
struct sample_status_changed {
    sample_status old_status = sample_status::submitted, new_status = sample_status::submitted;
    std::string user_id;
    std::optional<std::string> reason;
};
struct sample_stored {
    std::string location, temperature_requirement;
};
struct sample_processing_started {
    sample_status stage = sample_status::prep;
    std::string assigned_to;
    std::int64_t estimated_duration_ms = 0;
};
struct sample_completed {
    std::string by;
};
struct sample_rejected {
    std::string reason;
};
struct sample_archived {};

// Stored under these names and fields: a contract with everything ever written.
ANNALS_ENUM(urgency, low, normal, high, urgent)
ANNALS_ENUM(sample_status, submitted, validated, prep, sequencing, analysis, completed, rejected, archived)
ANNALS_EVENT(sample_created, "sample.created", sample_id, barcode, sample_type, patient_id, submitter_id, lab_id,
             sample_name, submitter_name, submitter_email, priority, project_id, lab_name)
ANNALS_EVENT(sample_validated, "sample.validated", by, volume_ml)
ANNALS_EVENT(sample_status_changed, "sample.status_changed", old_status, new_status, user_id, reason)
ANNALS_EVENT(sample_stored, "sample.stored", location, temperature_requirement)
ANNALS_EVENT(sample_processing_started, "sample.processing_started", stage, assigned_to, estimated_duration_ms)
ANNALS_EVENT(sample_completed, "sample.completed", by)
ANNALS_EVENT(sample_rejected, "sample.rejected", reason)
ANNALS_EVENT(sample_archived, "sample.archived")
// clang-format on

/// 1 → 2: volumes were microlitres.
inline void upcast(annals::facts::from_version<sample_validated, 1>, annals::eventstore::json& stored)
{
    stored["volume_ml"] = stored.value("volume_ul", 0.0) / 1000;
}

using sample_event = std::variant<sample_created, sample_validated, sample_status_changed, sample_stored,
                                  sample_processing_started, sample_completed, sample_rejected, sample_archived>;

}  // namespace laboratory
