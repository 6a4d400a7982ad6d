// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: laboratory::sample_archived
// says: the process manager lists an event with which it does nothing: add auto react(const
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created, sample_archived>;
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
