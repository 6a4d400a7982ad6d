// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_check.hpp>
#include <annals/sagas/definition/definition_problem.hpp>
#include <annals/sagas/definition/step_graph.hpp>
#include <examples/laboratory/sagas.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace annals::sagas {
namespace {

/// The compensations of a saga's steps, in the order in which the steps run.
auto compensations(const definition& of) -> std::vector<std::string>
{
    std::vector<std::string> all;
    for (const auto i : order_of(of)) all.push_back(of.steps[i].compensation.action());
    return all;
}

TEST_CASE("the laboratory's sagas make sense")
{
    for (const auto& one : {laboratory::laboratory_processing(), laboratory::sample_processing_workflow(),
                            laboratory::pdf_processing_workflow(), laboratory::reserve_process_update(),
                            laboratory::sequencing_with_quality()})
        CHECK_NOTHROW_MESSAGE(check(one), one.name);
}

TEST_CASE("the laboratory's sagas are undone as its description says")
{
    using all = std::vector<std::string>;
    CHECK(compensations(laboratory::laboratory_processing())
          == all{"cancel_sample", "revert_validation", "release_storage", "cancel_job", ""});
    CHECK(compensations(laboratory::sample_processing_workflow())
          == all{"revert_validation", "cleanup_processing", "revert_status", ""});
    CHECK(compensations(laboratory::reserve_process_update())
          == all{"release_resources", "cleanup_processing", "revert_results"});
}

TEST_CASE("sequencing and quality control run side by side, and meet")
{
    const auto graph = graph_of(laboratory::sequencing_with_quality());
    CHECK(graph.dependents[0] == std::vector<std::size_t>{1, 2});
    CHECK(graph.depends_on[4] == std::vector<std::size_t>{1, 3});
}

}  // namespace
}  // namespace annals::sagas
