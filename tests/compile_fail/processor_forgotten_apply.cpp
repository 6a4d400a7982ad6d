// SPDX-License-Identifier: Apache-2.0
// says: laboratory::greeter
// says: laboratory::sample_archived
// says: the processor lacks a function for this event: void apply(const Fact&), if you like with
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "sample"};
    using event = std::variant<sample_created, sample_archived>;
    void apply(const sample_created&, const recorded_event&) {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.processors<greeter>(); }

}  // namespace laboratory
