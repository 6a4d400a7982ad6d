// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_frozen
// says: this event of the process manager has no stored name: write ANNALS_EVENT below its struct
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_frozen {};

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_frozen>;
    auto react(const sample_frozen&) const -> sagas::outgoing { return {}; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
