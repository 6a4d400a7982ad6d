// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>
#include <annals/sagas/process_managers/process_manager.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/sample.hpp>

#include <chrono>
#include <variant>

using namespace laboratory;

namespace {

/// The laboratory's night shift without an answer to refusals: they wait for an operator.
struct urgent_check {
    static constexpr annals::sagas::header header{
        .process_manager = "urgent_check", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;

    auto react(const sample_created& fact, const annals::eventstore::recorded_event& at) const
        -> annals::sagas::outgoing
    {
        if (fact.priority != urgency::urgent) return {};
        return {annals::sagas::send<sample>(at.stream.key, validate_sample{.by = "night shift", .volume_ml = 2}),
                annals::sagas::send_at<sample>(at.recorded_at + std::chrono::hours(4), "begins", at.stream.key,
                                               reject_sample{"nobody began with it"})};
    }
};

}  // namespace

int main(int argc, char** argv)
{
    return annals::cli::program{"laboratory", "A laboratory with a night shift."}
        .aggregate<sample, create_sample, validate_sample, reject_sample>()
        .aggregate<barcode>()
        .process_managers<urgent_check>()
        .run(argc, argv);
}
