// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/given.hpp>
#include <examples/laboratory/urgent_check.hpp>

#include <doctest/doctest.h>

using namespace laboratory;
using namespace std::chrono_literals;
using annals::sagas::cancel_deadline, annals::sagas::send, annals::sagas::send_at;
using annals::testing::given, annals::testing::on;

namespace {

const auto evening = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + 20h;
const sample_created urgent{.priority = urgency::urgent};

}  // namespace

TEST_CASE("the night shift validates urgent samples, and what nobody begins with is rejected")
{
    const auto rejection =
        send_at<sample>(evening + 4h, "begins", "S-1", reject_sample{"nobody began with it within four hours"});
    given<urgent_check>()
        .when(on<sample>("S-1", urgent).at(evening))
        .then_sends(send<sample>("S-1", validate_sample{.by = "night shift", .volume_ml = 2}), rejection)
        .then_waits_for(rejection);
}

TEST_CASE("other samples wait for the day shift")
{
    given<urgent_check>().when(on<sample>("S-1", sample_created{})).then_sends_nothing();
}

TEST_CASE("a sample that is worked on is not rejected")
{
    given<urgent_check>(on<sample>("S-1", urgent).at(evening))
        .when(on<sample>("S-1", sample_processing_started{}).at(evening + 1h))
        .then_sends(cancel_deadline("begins"))
        .then_waits_for_nothing();
}

TEST_CASE("a sample with which the day shift was faster is left to it")
{
    const annals::sagas::refused<validate_sample> refused{.reason = "only an expected sample can be validated",
                                                          .target = {"sample", "S-1"}};
    given<urgent_check>(on<sample>("S-1", urgent).at(evening)).when(refused).then_sends_nothing();
}
