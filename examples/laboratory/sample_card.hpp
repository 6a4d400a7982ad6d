// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/view/view.hpp>
#include <examples/laboratory/sample_facts.hpp>

#include <string>
#include <variant>

namespace laboratory {

/// What the reception desk knows about one sample.
struct sample_card {
    static constexpr annals::projections::header header{
        .projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created, sample_validated, sample_status_changed, sample_stored, sample_completed,
                               sample_rejected, sample_archived>;

    std::string patient, sample_type, whereabouts = "on its way";
    sample_status status_now = sample_status::submitted;
    double volume_ml = 0;

    void evolve(const sample_created& fact) { patient = fact.patient_id, sample_type = fact.sample_type; }
    void evolve(const sample_validated& fact)
    {
        status_now = sample_status::validated, volume_ml = fact.volume_ml, whereabouts = "reception";
    }
    void evolve(const sample_status_changed& fact) { status_now = fact.new_status; }
    void evolve(const sample_stored& fact) { whereabouts = fact.location; }
    void evolve(const sample_completed&) { status_now = sample_status::completed; }
    void evolve(const sample_rejected& fact)
    {
        status_now = sample_status::rejected;
        whereabouts = "rejected: " + fact.reason;
    }
    void evolve(const sample_archived&) { status_now = sample_status::archived, whereabouts = "archive"; }
};
ANNALS_FIELDS(sample_card, patient, sample_type, whereabouts, status_now, volume_ml)

}  // namespace laboratory
