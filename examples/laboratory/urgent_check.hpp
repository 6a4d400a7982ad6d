// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/process_managers/process_manager.hpp>
#include <examples/laboratory/sample.hpp>

#include <chrono>
#include <variant>

namespace laboratory {

/// Urgent samples do not wait for the day shift: the night shift validates them at once. What is not being worked on
/// within four hours is rejected.
struct urgent_check {
    static constexpr annals::sagas::header header{
        .process_manager = "urgent_check", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_processing_started>;

    auto react(const sample_created& fact, const annals::eventstore::recorded_event& at) const
        -> annals::sagas::outgoing
    {
        using namespace annals::sagas;
        if (fact.priority != urgency::urgent) return {};
        return {send<sample>(at.stream.key, validate_sample{.by = "night shift", .volume_ml = usual_volume_ml}),
                send_at<sample>(at.recorded_at + processing_begins_within, "begins", at.stream.key,
                                reject_sample{"nobody began with it within four hours"})};
    }
    auto react(const sample_processing_started&) const -> annals::sagas::outgoing
    {
        return annals::sagas::cancel_deadline("begins");
    }

    /// Others were faster: the sample is further, or gone.
    using refusals = std::variant<validate_sample, reject_sample>;
    auto react(const annals::sagas::refused<validate_sample>&) const -> annals::sagas::outgoing { return {}; }
    auto react(const annals::sagas::refused<reject_sample>&) const -> annals::sagas::outgoing { return {}; }

    static constexpr double usual_volume_ml = 2;
    static constexpr std::chrono::hours processing_begins_within{4};
};

}  // namespace laboratory
