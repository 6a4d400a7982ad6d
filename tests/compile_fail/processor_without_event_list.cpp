// SPDX-License-Identifier: Apache-2.0
// says: laboratory::greeter
// says: a processor lists the events it knows: `using event = std::variant<
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "sample"};
    void apply(const sample_created&) {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.processors<greeter>(); }

}  // namespace laboratory
