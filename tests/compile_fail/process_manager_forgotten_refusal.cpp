// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: laboratory::create_sample
// says: the process manager lacks a function for a refusal of this command: auto
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created>;
    using refusals = std::variant<create_sample>;
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
