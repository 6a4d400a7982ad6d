// SPDX-License-Identifier: Apache-2.0
// says: laboratory::create_sample
// says: the process manager leaves this refusal to operators: it does not list the
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created>;
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

void run() { testing::given<urgent_check>().when(sagas::refused<create_sample>{}).then_sends_nothing(); }

}  // namespace laboratory
