// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_shelved
// says: annals: a struct with fields has no constructor, no virtual function, and no private or protected member
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

class sample_shelved {
public:
    std::string shelf;

private:
    [[maybe_unused]] int row_ = 0;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

}  // namespace laboratory
