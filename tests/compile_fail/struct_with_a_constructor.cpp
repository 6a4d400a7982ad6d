// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_shelved
// says: annals: a struct with fields has no constructor, no virtual function, and no private or protected member
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved {
    sample_shelved() = default;
    explicit sample_shelved(std::string at) : shelf(std::move(at)) {}
    std::string shelf;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

}  // namespace laboratory
