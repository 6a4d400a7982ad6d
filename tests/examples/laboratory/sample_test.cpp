// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <annals/commands/handle.hpp>
#include <annals/eventstore/memory/memory_store.hpp>
#include <annals/projections/given.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/sample.hpp>
#include <examples/laboratory/sample_card.hpp>

#include <doctest/doctest.h>

using namespace laboratory;
using annals::commands::given, annals::projections::given;
using enum sample_status;

namespace {

const sample_created ordered{
    .sample_id = "S-1", .barcode = "SAM-20240101-001", .sample_type = "blood", .patient_id = "P-1"};
const sample_validated checked{.by = "ada", .volume_ml = 4};

auto started(sample_status stage) -> sample_processing_started { return {.stage = stage, .assigned_to = "bob"}; }

auto moved(sample_status from, sample_status to) -> sample_status_changed
{
    return {.old_status = from, .new_status = to, .user_id = "bob"};
}

}  // namespace

TEST_CASE("a sample is ordered once, and takes its barcode")
{
    const create_sample order{
        .sample_id = "S-1", .barcode = "SAM-20240101-001", .sample_type = "blood", .patient_id = "P-1"};
    given<sample>().when(order).then(ordered).then_claims<barcode>("SAM-20240101-001");
    given<sample>(ordered).when(order).then_refused("this sample exists already");
}

TEST_CASE("an order without barcode, type or patient is refused")
{
    given<sample>().when(create_sample{.sample_id = "S-1"}).then_refused("a sample needs a barcode");
    given<sample>().when(create_sample{.barcode = "B"}).then_refused("a sample needs a type");
    given<sample>().when(create_sample{.barcode = "B", .sample_type = "DNA"}).then_refused("a sample needs a patient");
}

TEST_CASE("an unknown sample is refused at the door")
{
    given<sample>().when(validate_sample{"ada", 4}).then_refused("only an expected sample can be validated");
}

TEST_CASE("a sample is validated once, with its volume")
{
    given<sample>(ordered).when(validate_sample{"ada", 4}).then(checked);
    given<sample>(ordered, checked).when(validate_sample{"ada", 4}).then_nothing();
    given<sample>(ordered).when(validate_sample{"ada", 0}).then_refused("a sample without volume cannot be validated");
}

TEST_CASE("processing goes from stage to stage")
{
    given<sample>(ordered, checked).when(start_processing{prep, "bob"}).then(started(prep), moved(validated, prep));
    given<sample>(ordered, checked)
        .when(start_processing{sequencing, "bob"})
        .then_refused("sequencing comes after prep");
    given<sample>(ordered, checked, started(prep))
        .when(start_processing{sequencing, "bob"})
        .then(started(sequencing), moved(prep, sequencing));
    given<sample>(ordered, checked, started(prep)).when(start_processing{prep, "bob"}).then_nothing();
    given<sample>(ordered, checked)
        .when(start_processing{completed, "bob"})
        .then_refused("processing has the stages prep, sequencing and analysis");
}

TEST_CASE("an analysed sample is completed, then archived")
{
    given<sample>(ordered, checked, started(prep), started(sequencing), started(analysis))
        .when(complete_sample{"bob"})
        .then(sample_completed{"bob"}, moved(analysis, completed));
    given<sample>(ordered, checked)
        .when(complete_sample{"bob"})
        .then_refused("only an analysed sample can be completed");
    given<sample>(ordered, sample_completed{"bob"}).when(archive_sample{}).then(sample_archived{});
    given<sample>(ordered).when(archive_sample{}).then_refused("only a completed or rejected sample can be archived");
}

TEST_CASE("a sample is rejected for a reason, until it is completed")
{
    given<sample>(ordered).when(reject_sample{"clotted"}).then(sample_rejected{"clotted"});
    given<sample>(ordered).when(reject_sample{}).then_refused("a rejection needs a reason");
    given<sample>(ordered, sample_completed{"bob"})
        .when(reject_sample{"late"})
        .then_refused("only a sample in the laboratory can be rejected");
}

TEST_CASE("a sample is stored where it is put")
{
    given<sample>(ordered).when(store_sample{"F-1", "-80C"}).then(sample_stored{"F-1", "-80C"});
    given<sample>(ordered, sample_stored{"F-1", "-80C"}).when(store_sample{"F-1", "-80C"}).then_nothing();
    given<sample>().when(store_sample{"F-1", "-80C"}).then_refused("only a sample of this laboratory can be stored");
}

TEST_CASE("no two samples have the same barcode")
{
    using namespace annals;
    eventstore::memory::memory_store store;
    create_sample order{.sample_id = "S-1", .barcode = "SAM-1", .sample_type = "blood", .patient_id = "P-1"};
    CHECK(commands::handle<sample>(store, "S-1", order));
    order.sample_id = "S-2";
    const auto second = commands::handle<sample>(store, "S-2", order);
    REQUIRE_FALSE(second);
    CHECK(second.error().reason == "this barcode is already in use");
}

TEST_CASE("the card tells where a sample is")
{
    given<sample_card>(ordered).then(sample_card{.patient = "P-1", .sample_type = "blood"});
    given<sample_card>(ordered, checked, sample_stored{"F-1", "-80C"})
        .then(sample_card{
            .patient = "P-1", .sample_type = "blood", .whereabouts = "F-1", .status_now = validated, .volume_ml = 4});
    given<sample_card>(ordered, sample_rejected{"clotted"})
        .then(sample_card{
            .patient = "P-1", .sample_type = "blood", .whereabouts = "rejected: clotted", .status_now = rejected});
}

TEST_CASE("volumes were microlitres in the first form of a validation")
{
    using namespace annals::eventstore;
    CHECK(annals::facts::decode_stored<sample_validated>(R"({"by":"ada","volume_ul":4000})", 1).volume_ml == 4);
}
