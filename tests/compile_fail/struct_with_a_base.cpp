// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_shelved
// says: annals: a struct with fields has no base class: make the base a field
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved : sample_created {
    std::string shelf;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

}  // namespace laboratory
