// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: a process manager lists the events it knows: `using event = std::variant<…>`
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
