// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/demo.hpp>
#include <examples/laboratory/reservation.hpp>
#include <examples/laboratory/sagas.hpp>
#include <examples/laboratory/sample.hpp>
#include <examples/laboratory/sample_card.hpp>
#include <examples/laboratory/sequencing_job.hpp>
#include <examples/laboratory/services.hpp>
#include <examples/laboratory/urgent_check.hpp>
#include <examples/laboratory/worklist.hpp>

using namespace laboratory;

/// Publisher, workers and every operator's verb.
int main(int argc, char** argv)
{
    return annals::cli::program{"laboratory", "A sequencing laboratory on annals."}
        .aggregate<sample, create_sample, validate_sample, store_sample, start_processing, complete_sample,
                   reject_sample, archive_sample, revert_validation, cancel_sample>()
        .aggregate<barcode>()
        .aggregate<reservation, reserve_location, release_location>()
        .aggregate<sequencing_job, schedule_job, cancel_job>()
        .projections<sample_card, worklist>()
        .process_managers<urgent_check>()
        .sql("sample_counts.sql")
        .sql("processing_metrics.sql")
        .saga(laboratory_processing())
        .saga(sample_processing_workflow())
        .saga(pdf_processing_workflow())
        .saga(reserve_process_update())
        .saga(sequencing_with_quality())
        .participants(services)
        .setting("topic", "laboratory.{category}.events")
        .verb("demo", "some thousand samples through their lives, and what came out", demo)
        .run(argc, argv);
}
