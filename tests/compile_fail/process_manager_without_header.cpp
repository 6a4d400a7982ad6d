// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: a process manager says what it is: `static constexpr sagas::header header
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    using event = std::variant<sample_created>;
    auto react(const sample_created&) const -> sagas::outgoing { return {}; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
