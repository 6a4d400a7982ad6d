// SPDX-License-Identifier: Apache-2.0
// says: laboratory::urgent_check
// says: the members of a process manager are its state, which is stored: add
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct urgent_check {
    static constexpr sagas::header header{.process_manager = "urgent_check", .categories = "sample"};
    using event = std::variant<sample_created>;
    bool asked = false;
    void evolve(const sample_created&) { asked = true; }
};

auto run() { return cli::program{"laboratory", "A laboratory."}.process_managers<urgent_check>(); }

}  // namespace laboratory
