// SPDX-License-Identifier: Apache-2.0
// says: laboratory::greeter
// says: a processor is made by default or with the program's service
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct greeter {
    static constexpr processors::header header{.processor = "greeter", .categories = "sample"};
    using event = std::variant<sample_created>;
    explicit greeter(int) {}
    void apply(const sample_created&) {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.processors<greeter>(); }

}  // namespace laboratory
