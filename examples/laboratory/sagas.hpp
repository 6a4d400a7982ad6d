// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/definition/definition.hpp>

#include <chrono>

/// What the laboratory does over several services: each saga is done as a whole, or undone.
namespace laboratory {

using namespace std::chrono_literals;
using annals::sagas::definition, annals::sagas::no_compensation;

// Definitions are tables; keep their columns.
// clang-format off

/// From the order to the machine. Context: barcode, sample_type, patient_id, user_id, volume_ml,
/// temperature_requirement.
inline auto laboratory_processing() -> definition
{
    return {.name = "LaboratoryProcessing", .description = "A sample from the order to the sequencing job.", .timeout = 10min, .steps = {
        {.id = "create_sample",       .name = "CreateSample",       .service = "sample",       .compensation = "cancel_sample",     .timeout = 30s, .retries = 2},
        {.id = "validate_sample",     .name = "ValidateSample",     .service = "sample",       .compensation = "revert_validation", .timeout = 30s, .retries = 2, .after = {"create_sample"}},
        {.id = "reserve_storage",     .name = "ReserveStorage",     .service = "storage",      .compensation = "release_storage",   .timeout = 30s, .retries = 3, .after = {"validate_sample"}},
        {.id = "schedule_sequencing", .name = "ScheduleSequencing", .service = "sequencing",   .compensation = "cancel_job",        .timeout = 60s, .retries = 3, .after = {"reserve_storage"}},
        {.id = "notify_submitter",    .name = "NotifySubmitter",    .service = "notification", .compensation = no_compensation,     .timeout = 15s, .retries = 5, .after = {"schedule_sequencing"}},
    }};
}

inline auto sample_processing_workflow() -> definition
{
    return {.name = "sample_processing_workflow", .description = "A sample and the document that came with it.", .steps = {
        {.id = "validate_sample",      .service = "sample", .compensation = "revert_validation",  .timeout = 30s,  .retries = 2},
        {.id = "process_pdf",          .service = "ai",     .compensation = "cleanup_processing", .timeout = 120s, .retries = 1, .after = {"validate_sample"}},
        {.id = "update_sample_status", .service = "sample", .compensation = "revert_status",      .timeout = 15s,                .after = {"process_pdf"}},
        {.id = "create_audit_log",     .service = "audit",  .compensation = no_compensation,      .timeout = 10s,                .after = {"update_sample_status"}},
    }};
}

/// One for each document that is uploaded; the event's data is its context.
inline auto pdf_processing_workflow() -> definition
{
    return {.name = "pdf_processing_workflow", .description = "What a document says becomes searchable.",
            .started_by = {{.category = "document", .type = "document.uploaded"}}, .steps = {
        {.id = "process_pdf",         .service = "ai",       .compensation = "cleanup_processing", .timeout = 120s, .retries = 1},
        {.id = "extract_information", .service = "ai",       .compensation = "discard_extraction", .timeout = 60s,  .retries = 2, .after = {"process_pdf"}},
        {.id = "index_document",      .service = "document", .compensation = "remove_from_index",  .timeout = 30s,  .retries = 2, .after = {"extract_information"}},
        {.id = "create_audit_log",    .service = "audit",    .compensation = no_compensation,      .timeout = 10s,                .after = {"index_document"}},
    }};
}

/// The resources are the machine's time and its reagents.
inline auto reserve_process_update() -> definition
{
    return {.name = "reserve_process_update", .description = "A run on a machine that is reserved for it.", .steps = {
        {.id = "reserve_resources", .service = "sequencing", .compensation = "release_resources",  .timeout = 30s,  .retries = 2},
        {.id = "process_sample",    .service = "sequencing", .compensation = "cleanup_processing", .timeout = 300s,               .after = {"reserve_resources"}},
        {.id = "update_results",    .service = "sample",     .compensation = "revert_results",     .timeout = 30s,  .retries = 2, .after = {"process_sample"}},
    }};
}

/// Two branches that run side by side and join. Released results were seen by others: from then on there is no way
/// back.
inline auto sequencing_with_quality() -> definition
{
    return {.name = "sequencing_with_quality", .description = "Sequencing and its quality control, side by side.", .timeout = 2h, .steps = {
        {.id = "prepare_library",  .service = "sequencing",   .compensation = "discard_library",      .timeout = 5min,  .retries = 1},
        {.id = "run_sequencing",   .service = "sequencing",   .compensation = "cancel_job",           .timeout = 30min, .retries = 1, .after = {"prepare_library"}},
        {.id = "measure_library",  .service = "quality",      .compensation = "discard_measurements", .timeout = 1min,  .retries = 3, .after = {"prepare_library"}},
        {.id = "assess_quality",   .service = "quality",      .compensation = "withdraw_assessment",  .timeout = 1min,  .retries = 3, .after = {"measure_library"}},
        {.id = "analyse_results",  .service = "ai",           .compensation = "discard_analysis",     .timeout = 10min, .retries = 2, .after = {"run_sequencing", "assess_quality"}},
        {.id = "release_results",  .service = "sample",       .compensation = no_compensation,        .timeout = 30s,   .retries = 5, .after = {"analyse_results"}, .pivot = true},
        {.id = "notify_submitter", .service = "notification",                                         .timeout = 15s,   .retries = 5, .after = {"release_results"}},
    }};
}
// clang-format on

}  // namespace laboratory
