// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/advance/plan.hpp>
#include <annals/sagas/orchestrator/client.hpp>
#include <annals/sagas/orchestrator/orchestrator.hpp>
#include <annals/service/service.hpp>
#include <examples/laboratory/reservation.hpp>
#include <examples/laboratory/sagas.hpp>
#include <examples/laboratory/sample.hpp>
#include <examples/laboratory/sequencing_job.hpp>
#include <examples/laboratory/services.hpp>
#include <tests/examples/laboratory/failing_service.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>
#include <pqxx/pqxx>

#include <algorithm>
#include <set>
#include <thread>

using namespace annals;
using namespace annals::tests;
using namespace std::chrono_literals;

namespace {

using strings = std::vector<std::string>;

auto all_definitions() -> std::vector<sagas::definition>
{
    return {laboratory::laboratory_processing(), laboratory::sample_processing_workflow(),
            laboratory::pdf_processing_workflow(), laboratory::reserve_process_update(),
            laboratory::sequencing_with_quality()};
}

/// The laboratory's sagas with its services, one of which refuses a step.
struct running_laboratory {
    explicit running_laboratory(const std::string& refused = {})
    {
        sagas::participant_list all;
        for (auto& one : laboratory::services(service))
            all.push_back(std::make_shared<failing_service>(std::move(one), refused, did, mutex));
        runs.emplace(sagas::orchestrator_settings{.dsn = database.dsn(), .process = "test"}, all_definitions(), all);
        thread = std::jthread([this](const std::stop_token& stop) { runs->run(stop); });
        runs->wait_until_ready();
    }

    auto end_of(const std::string& type) -> std::string
    {
        client.start({type, "S-1"}, {{"barcode", "B-1"},
                                     {"sample_type", "DNA"},
                                     {"patient_id", "P-1"},
                                     {"user_id", "ada"},
                                     {"volume_ml", 4},
                                     {"temperature_requirement", "-20"}});
        return client.wait_for_end({type, "S-1"}, 30s).value_or("no saga");
    }

    const temporary_database database;
    annals::service service = annals::open({.dsn = database.dsn()});
    sagas::client client{database.dsn()};
    std::vector<std::string> did;
    std::mutex mutex;
    std::optional<sagas::orchestrator> runs;
    std::jthread thread;
};

/// Whether each step that was done is undone once, behind those that come after it; the others never.
void check_undone(const sagas::definition& of, const strings& did, const std::string& refused)
{
    const sagas::plan plan(of);
    const auto place = [&](const std::string& what) { return std::ranges::find(did, what) - did.begin(); };
    const auto count = [&](const std::string& what) { return std::ranges::count(did, what); };
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto& one = plan.at(i);
        CAPTURE(one.id);
        const bool was_done = one.id != refused && count(one.id) == 1;
        CHECK(count("undo " + one.id) == (was_done && one.compensation.is_needed() ? 1 : 0));
        for (const auto later : plan.all_after(i))
            if (count("undo " + one.id) == 1 && count("undo " + plan.at(later).id) == 1)
                CHECK(place("undo " + plan.at(later).id) < place("undo " + one.id));
    }
}

}  // namespace

TEST_CASE("each saga of the laboratory is completed, each step once")
{
    running_laboratory all;
    for (const auto& one : all_definitions()) {
        CAPTURE(one.name);
        if (one.name == "sample_processing_workflow") continue;      // it takes a sample that exists, below
        all.did.clear();
        CHECK(all.end_of(one.name) == "completed");
        CHECK(all.did.size() == one.steps.size());
    }
    CHECK(all.service.load<laboratory::sample>("B-1").state.now == laboratory::sample_status::validated);
    CHECK(all.service.load<laboratory::reservation>("B-1").state.location == "freezer -20");
    CHECK(all.service.load<laboratory::sequencing_job>("job-S-1").state.status == "created");
    CHECK(all.end_of("sample_processing_workflow") == "completed");
}

TEST_CASE("wherever a saga of the laboratory fails, the right steps are undone, in the right order, once each")
{
    for (const auto& of : all_definitions()) {
        for (const auto& refused : of.steps) {
            CAPTURE(of.name);
            CAPTURE(refused.id);
            running_laboratory all(refused.id);
            if (of.name == "sample_processing_workflow")
                REQUIRE(all.service.handle<laboratory::sample>(
                    "B-1", laboratory::create_sample{
                               .sample_id = "B-1", .barcode = "B-1", .sample_type = "DNA", .patient_id = "P-1"}));
            const bool is_after_pivot = of.name == "sequencing_with_quality" && refused.id == "notify_submitter";
            CHECK(all.end_of(of.name) == (is_after_pivot ? "parked" : "compensated"));
            if (is_after_pivot)
                CHECK(std::ranges::none_of(all.did, [](const auto& what) { return what.starts_with("undo"); }));
            else check_undone(of, all.did, refused.id);
        }
    }
}

TEST_CASE("a sample that is too small for sequencing leaves nothing behind")
{
    running_laboratory all;
    all.client.start({"LaboratoryProcessing", "S-2"}, {{"barcode", "B-2"},
                                                       {"sample_type", "DNA"},
                                                       {"patient_id", "P-1"},
                                                       {"user_id", "ada"},
                                                       {"volume_ml", 0.5},
                                                       {"temperature_requirement", "-20"}});
    CHECK(all.client.wait_for_end({"LaboratoryProcessing", "S-2"}, 30s) == "compensated");
    CHECK(all.service.load<laboratory::sample>("B-2").state.now == laboratory::sample_status::rejected);
    CHECK(all.service.load<laboratory::reservation>("B-2").state.now == laboratory::reservation::stage::released);
    pqxx::connection link(all.database.dsn());
    pqxx::nontransaction tx(link);
    CHECK(tx.query_value<std::string>("select error from annals.saga_states where saga_id = 'S-2'")
          == "schedule_sequencing: sequencing needs 1 ml of the sample");
    // What an analyst asks,.
    const auto rows = tx.exec("select saga_type, status, count(*), avg(completed_at - started_at) is not null from "
                              "annals.saga_states group by saga_type, status");
    CHECK(rows.size() == 1);
    CHECK(rows[0][3].as<bool>());
}
