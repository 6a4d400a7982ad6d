// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_seen
// says: this event of the processor has no stored name: write ANNALS_EVENT below its struct
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_seen {};

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "sample"};
    using event = std::variant<sample_seen>;
    void apply(const sample_seen&) {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.processors<greeter>(); }

}  // namespace laboratory
