// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/sample.hpp>

#include <examples/laboratory/barcode.hpp>

namespace laboratory {

using annals::commands::refuse;

namespace {

using enum sample_status;

/// The stage that a sample must be in before a stage of processing starts; nothing for any other stage.
auto stage_before(sample_status stage) -> std::optional<sample_status>
{
    switch (stage) {
        case prep: return validated;
        case sequencing: return prep;
        case analysis: return sequencing;
        default: return {};
    }
}

}  // namespace

auto sample::decide(const create_sample& command) const -> decision
{
    if (now) return refuse("this sample exists already");
    if (command.barcode.empty()) return refuse("a sample needs a barcode");
    if (command.sample_type.empty()) return refuse("a sample needs a type");
    if (command.patient_id.empty()) return refuse("a sample needs a patient");
    return decision{sample_created{.sample_id = command.sample_id.value_or(""),
                                   .barcode = command.barcode,
                                   .sample_type = command.sample_type,
                                   .patient_id = command.patient_id,
                                   .submitter_id = command.submitter_id.value_or(""),
                                   .lab_id = command.lab_id.value_or(""),
                                   .sample_name = command.sample_name.value_or(""),
                                   .submitter_name = command.submitter_name.value_or(""),
                                   .submitter_email = command.submitter_email.value_or(""),
                                   .priority = command.priority.value_or(urgency::normal),
                                   .project_id = command.project_id,
                                   .lab_name = command.lab_name}}
        .claiming<barcode>(command.barcode, barcode_taken{command.sample_id.value_or("")},
                           refuse("this barcode is already in use"));
}

auto sample::decide(const validate_sample& command) const -> decision
{
    if (now == validated) return {};
    if (now != submitted) return refuse("only an expected sample can be validated");
    if (command.volume_ml <= 0) return refuse("a sample without volume cannot be validated");
    return sample_validated{command.by, command.volume_ml};
}

auto sample::decide(const store_sample& command) const -> decision
{
    if (!now || now == rejected || now == archived) return refuse("only a sample of this laboratory can be stored");
    if (command.location.empty()) return refuse("a stored sample has a location");
    if (command.location == location) return {};
    return sample_stored{command.location, command.temperature_requirement};
}

auto sample::decide(const start_processing& command) const -> decision
{
    const auto before = stage_before(command.stage);
    if (!before) return refuse("processing has the stages prep, sequencing and analysis");
    if (now == command.stage) return {};
    if (now != before)
        return refuse(annals::facts::enum_name(command.stage) + " comes after " + annals::facts::enum_name(*before));
    return {sample_processing_started{command.stage, command.assigned_to, command.estimated_duration_ms},
            sample_status_changed{.old_status = *before, .new_status = command.stage, .user_id = command.assigned_to}};
}

auto sample::decide(const complete_sample& command) const -> decision
{
    if (now == completed) return {};
    if (now != analysis) return refuse("only an analysed sample can be completed");
    return {sample_completed{command.by},
            sample_status_changed{.old_status = analysis, .new_status = completed, .user_id = command.by}};
}

auto sample::decide(const reject_sample& command) const -> decision
{
    if (now == rejected) return {};
    if (!now || now == completed || now == archived) return refuse("only a sample in the laboratory can be rejected");
    if (command.reason.empty()) return refuse("a rejection needs a reason");
    return sample_rejected{command.reason};
}

auto sample::decide(const archive_sample&) const -> decision
{
    if (now == archived) return {};
    if (now != completed && now != rejected) return refuse("only a completed or rejected sample can be archived");
    return sample_archived{};
}

auto sample::decide(const revert_validation& command) const -> decision
{
    if (now != validated) return {};
    return sample_status_changed{
        .old_status = validated, .new_status = submitted, .user_id = command.by, .reason = "its processing was undone"};
}

auto sample::decide(const cancel_sample& command) const -> decision
{
    if (!now || now == rejected) return {};
    return sample_rejected{"its processing was undone: " + command.saga};
}

}  // namespace laboratory
