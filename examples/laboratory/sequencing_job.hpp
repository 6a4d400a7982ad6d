// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/decision.hpp>
#include <examples/laboratory/service_facts.hpp>

#include <string>
#include <variant>

namespace laboratory {

struct schedule_job {
    std::string job_id, sample_id;
    double volume_ml = 0;
};
struct cancel_job {
    std::string job_id;
};
ANNALS_FIELDS(schedule_job, job_id, sample_id, volume_ml)
ANNALS_FIELDS(cancel_job, job_id)

/// A run of the sequencing machine. What is cancelled stays so, also when it is cancelled before it was scheduled.
struct sequencing_job {
    static constexpr auto category = "sequencing";
    using event = std::variant<job_created, job_status_changed>;
    using decision = annals::commands::decision<event>;

    auto decide(const schedule_job& command) const -> decision
    {
        if (status == "cancelled") return annals::commands::refuse("this job was cancelled");
        if (status == "created") return {};
        if (command.volume_ml < 1) return annals::commands::refuse("sequencing needs 1 ml of the sample");
        return job_created{command.job_id, command.sample_id};
    }
    auto decide(const cancel_job& command) const -> decision
    {
        if (status == "cancelled") return {};
        return job_status_changed{command.job_id, status, "cancelled"};
    }
    void evolve(const job_created&) { status = "created"; }
    void evolve(const job_status_changed& fact) { status = fact.new_status; }

    std::string status;
};

}  // namespace laboratory
