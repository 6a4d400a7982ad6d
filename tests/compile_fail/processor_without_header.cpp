// SPDX-License-Identifier: Apache-2.0
// says: laboratory::greeter
// says: a processor says what it is: `static constexpr processors::header header
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct greeter {
    using event = std::variant<sample_created>;
    void apply(const sample_created&) {}
};

auto run() { return cli::program{"laboratory", "A laboratory."}.processors<greeter>(); }

}  // namespace laboratory
