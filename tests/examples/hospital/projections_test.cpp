// SPDX-License-Identifier: Apache-2.0
#include <tests/examples/hospital/expected_rows.hpp>
#include <tests/examples/hospital/hospital.hpp>
#include <tests/examples/hospital/sepsis.hpp>

#include <doctest/doctest.h>

using namespace annals;

namespace {

const std::string activity_counts = "select concat_ws('|', activity, events, first_at, last_at) from "
                                    "read.activity_counts order by activity collate \"C\"";
const std::string journeys =
    "select concat_ws('|', patient, events, first_event, first_at, last_event, last_at, hours_to_antibiotics) "
    "from read.journeys order by patient collate \"C\"";
const std::string laboratory_values =
    "select concat_ws('|', month, measurement, measurements, mean, trim_scale(maximum)) "
    "from read.laboratory_values order by month, measurement collate \"C\"";

}  // namespace

TEST_CASE("the three projections hold what a direct computation over the file gives, wherever batches are cut")
{
    if (!tests::sepsis::is_there()) return;
    unsigned seed = 0;
    for (const int batch_events_max : {1000, 100}) {
        tests::hospital hospital;
        for (const auto* name : {"activity_counts", "journeys", "laboratory_values"})
            hospital.project(projections::read_sql_file(std::string("examples/hospital/") + name + ".sql"),
                             batch_events_max, ++seed);
        CHECK(hospital.ask(activity_counts) == tests::sepsis::activity_counts());
        CHECK(hospital.ask(journeys) == tests::sepsis::journeys());
        CHECK(hospital.ask(laboratory_values) == tests::sepsis::laboratory_values());
    }
}
