// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_shelved
// says: annals: a C array cannot be stored: use std::string or std::array
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved {
    char shelf[4];
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

}  // namespace laboratory
