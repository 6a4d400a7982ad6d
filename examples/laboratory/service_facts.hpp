// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>

#include <string>

/// What other services of the laboratory record, as far as sagas ask them for it.
namespace laboratory {

// Facts are a table; keep its columns.
// clang-format off
struct location_reserved      { std::string location, sample_id; };
struct location_released      { std::string location, sample_id; };
struct job_created            { std::string job_id, sample_id; };
struct job_status_changed     { std::string job_id, old_status, new_status; };
struct notification_requested { std::string channel, recipient, text; };
struct audit_recorded         { std::string action, subject, user_id; };

// Stored under these names and fields: a contract with everything ever written.
ANNALS_EVENT(location_reserved,      "storage.location_reserved", location, sample_id)
ANNALS_EVENT(location_released,      "storage.location_released", location, sample_id)
ANNALS_EVENT(job_created,            "sequencing.job_created", job_id, sample_id)
ANNALS_EVENT(job_status_changed,     "sequencing.job_status_changed", job_id, old_status, new_status)
ANNALS_EVENT(notification_requested, "notification.requested", channel, recipient, text)
ANNALS_EVENT(audit_recorded,         "audit.recorded", action, subject, user_id)
// clang-format on

}  // namespace laboratory
