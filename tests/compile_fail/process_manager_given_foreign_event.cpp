// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_archived
// says: the process manager does not list this event among its `event` alternatives,
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created>;
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

void run() { testing::given<urgent_check>().when(sample_archived{}).then_sends_nothing(); }

}  // namespace laboratory
