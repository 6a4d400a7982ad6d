// SPDX-License-Identifier: Apache-2.0
#include <examples/laboratory/services.hpp>

#include <annals/sagas/orchestrator/local_participant.hpp>
#include <annals/service/service.hpp>
#include <examples/laboratory/reservation.hpp>
#include <examples/laboratory/sample.hpp>
#include <examples/laboratory/sequencing_job.hpp>

namespace laboratory {

using annals::sagas::local_participant, annals::sagas::outcome, annals::sagas::request, annals::sagas::to;

namespace {

auto text(const request& asked, const char* field) -> std::string { return asked.context.value(field, ""); }

/// The sample that a saga is about.
auto sample_of(const request& asked) -> std::string
{
    return asked.context.contains("sample_id") ? text(asked, "sample_id") : text(asked, "barcode");
}

auto job_of(const request& asked) -> std::string { return "job-" + asked.saga_id; }

auto samples(annals::service& lab)
{
    auto sample_service = std::make_shared<local_participant>("sample");
    sample_service->on_command<sample>("create_sample", lab, [](const request& asked) {
        return to{sample_of(asked), create_sample{.sample_id = sample_of(asked),
                                                  .barcode = text(asked, "barcode"),
                                                  .sample_type = text(asked, "sample_type"),
                                                  .patient_id = text(asked, "patient_id")}};
    });
    sample_service->on_command<sample>(
        "cancel_sample", lab, [](const request& asked) { return to{sample_of(asked), cancel_sample{asked.saga_id}}; });
    sample_service->on_command<sample>("validate_sample", lab, [](const request& asked) {
        return to{sample_of(asked), validate_sample{text(asked, "user_id"), asked.context.value("volume_ml", 0.0)}};
    });
    sample_service->on_command<sample>("revert_validation", lab, [](const request& asked) {
        return to{sample_of(asked), revert_validation{text(asked, "user_id")}};
    });
    return sample_service;
}

auto storage(annals::service& lab)
{
    auto service = std::make_shared<local_participant>("storage");
    service->on_command<reservation>("reserve_storage", lab, [](const request& asked) {
        return to{sample_of(asked), reserve_location{sample_of(asked), text(asked, "temperature_requirement")}};
    });
    service->on_command<reservation>("release_storage", lab, [](const request& asked) {
        return to{sample_of(asked), release_location{sample_of(asked)}};
    });
    return service;
}

auto sequencing(annals::service& lab)
{
    auto service = std::make_shared<local_participant>("sequencing");
    service->on_command<sequencing_job>("schedule_sequencing", lab, [](const request& asked) {
        return to{job_of(asked), schedule_job{job_of(asked), sample_of(asked), asked.context.value("volume_ml", 0.0)}};
    });
    service->on_command<sequencing_job>(
        "cancel_job", lab, [](const request& asked) { return to{job_of(asked), cancel_job{job_of(asked)}}; });
    return service;
}

/// Records a fact once, however often it is asked for.
template <class Fact>
auto record(annals::service& lab, const request& asked, const std::string& category, const Fact& fact) -> outcome
{
    using namespace annals::eventstore;
    append_request wanted{
        .streams = {{{category, sample_of(asked)}, any_version(), {annals::facts::to_new_event(fact)}}}};
    wanted.idempotency_key = asked.saga_type + "/" + asked.idempotency_key;
    const auto done = lab.store().append(wanted);
    return done ? annals::sagas::done() : annals::sagas::try_again(to_string(done.error()));
}

auto notifications(annals::service& lab)
{
    auto service = std::make_shared<local_participant>("notification");
    service->on("notify_submitter", [&lab](const request& asked) {
        return record(lab, asked, "notification",
                      notification_requested{"email", text(asked, "user_id"), sample_of(asked) + " is on its way"});
    });
    return service;
}

auto audits(annals::service& lab)
{
    auto service = std::make_shared<local_participant>("audit");
    service->on("create_audit_log", [&lab](const request& asked) {
        return record(lab, asked, "audit", audit_recorded{asked.saga_type, sample_of(asked), text(asked, "user_id")});
    });
    return service;
}

/// A service outside this example: it does what it is asked for.
void does(local_participant& service, std::initializer_list<const char*> actions)
{
    for (const auto* const action : actions)
        service.on(action, [](const request& asked) { return annals::sagas::done({{"did", asked.action}}); });
}

auto outside(std::string name, std::initializer_list<const char*> actions)
{
    auto service = std::make_shared<local_participant>(std::move(name), 2);
    does(*service, actions);
    return service;
}

}  // namespace

auto services(annals::service& lab) -> annals::sagas::participant_list
{
    auto sample_service = samples(lab);
    does(*sample_service,
         {"update_sample_status", "revert_status", "update_results", "revert_results", "release_results"});
    auto machines = sequencing(lab);
    does(*machines, {"reserve_resources", "release_resources", "process_sample", "cleanup_processing",
                     "prepare_library", "discard_library", "run_sequencing"});
    return {sample_service,
            storage(lab),
            machines,
            notifications(lab),
            audits(lab),
            outside("ai", {"process_pdf", "cleanup_processing", "extract_information", "discard_extraction",
                           "analyse_results", "discard_analysis"}),
            outside("document", {"index_document", "remove_from_index"}),
            outside("quality", {"measure_library", "discard_measurements", "assess_quality", "withdraw_assessment"})};
}

}  // namespace laboratory
