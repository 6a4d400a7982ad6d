// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: laboratory::sample_created
// says: `react` of a process manager changes nothing and returns what is sent: auto
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created>;
    bool asked = false;
    auto react(const sample_created&) -> sagas::outgoing
    {
        asked = true;
        return {};
    }
};
ANNALS_FIELDS(urgent_check, asked)

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
