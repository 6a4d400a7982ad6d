// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/event_type.hpp>
#include <annals/projections/header.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Views as a user writes them.
namespace annals::tests {

enum class urgency { low, normal, high };
struct sample_created {
    std::string sample_type, patient_id;
    urgency priority = urgency::normal;
};
struct sample_rejected {
    std::string reason;
};
struct sample_pooled {
    std::vector<std::string> pools;
};
ANNALS_ENUM(urgency, low, normal, high)
ANNALS_EVENT(sample_created, "sample.created", sample_type, patient_id, priority)
ANNALS_EVENT(sample_rejected, "sample.rejected", reason)
ANNALS_EVENT(sample_pooled, "sample.pooled", pools)

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_rejected>;
    std::string patient;
    urgency priority = urgency::low;
    std::optional<std::string> rejected_because;
    std::optional<eventstore::timestamp> created_at;
    std::vector<std::string> types;
    int events = 0;
    void evolve(const sample_created& fact, const eventstore::recorded_event& at)
    {
        patient = fact.patient_id;
        priority = fact.priority;
        created_at = at.time();
        types.push_back(fact.sample_type);
        ++events;
    }
    void evolve(const sample_rejected& fact)
    {
        rejected_because = fact.reason;
        ++events;
    }
};
ANNALS_FIELDS(sample_card, patient, priority, rejected_because, created_at, types, events)

/// One row per sample type.
struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    int samples = 0;
    static auto key(const sample_created& fact) { return fact.sample_type; }
    void evolve(const sample_created&) { ++samples; }
};
ANNALS_FIELDS(intake, samples)

/// None, one or several rows per event.
struct pool {
    static constexpr projections::header header{.projection = "pool", .version = 1, .categories = "sample"};
    using event = std::variant<sample_pooled, sample_rejected>;
    std::vector<std::string> samples;
    static auto key(const sample_pooled& fact) { return fact.pools; }
    static auto key(const sample_rejected& fact) -> std::optional<std::string>
    {
        if (fact.reason.empty()) return std::nullopt;
        return "rejected";
    }
    void evolve(const sample_pooled&, const eventstore::recorded_event& at) { samples.push_back(at.stream.key); }
    void evolve(const sample_rejected&, const eventstore::recorded_event& at) { samples.push_back(at.stream.key); }
};
ANNALS_FIELDS(pool, samples)

}  // namespace annals::tests
