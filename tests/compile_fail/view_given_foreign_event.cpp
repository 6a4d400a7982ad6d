// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: laboratory::sample_archived
// says: the view does not list this event among its `event` alternatives, and would never see it
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    static constexpr projections::header header{.projection = "sample_card", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
};
ANNALS_FIELDS(sample_card, sample_type)

void run() { projections::given<sample_card>(sample_archived{}).then({}); }

}  // namespace laboratory
