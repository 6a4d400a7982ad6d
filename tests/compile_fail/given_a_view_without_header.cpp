// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_card
// says: a view says what it is: `static constexpr projections::header header
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_card {
    using event = std::variant<sample_created>;
    std::string sample_type;
    void evolve(const sample_created& fact) { sample_type = fact.sample_type; }
};
ANNALS_FIELDS(sample_card, sample_type)

using commands::given, projections::given;

void run() { given<sample_card>(sample_created{}).then({}); }

}  // namespace laboratory
