// SPDX-License-Identifier: Apache-2.0
// says: annals: the aggregate does not have this event among its `event` alternatives
// says: laboratory::sample_measured
#include <tests/compile_fail/sample.hpp>

namespace laboratory {

struct intake {
    static constexpr projections::header header{.projection = "intake", .version = 1, .categories = "sample"};
    using event = std::variant<sample_created>;
    int samples = 0;
    void evolve(const sample_created&) { ++samples; }
};
ANNALS_FIELDS(intake, samples)

void run() { testing::given<intake>(testing::on<sample>("S-1", sample_measured{})).then_no_row(); }

}  // namespace laboratory
