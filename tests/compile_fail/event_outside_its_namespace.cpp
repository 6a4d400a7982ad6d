// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_shelved
// says: annals: ANNALS_FIELDS and ANNALS_EVENT stand directly below their struct, in the namespace of the struct
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved {
    std::string shelf;
};
}  // namespace laboratory

ANNALS_EVENT(laboratory::sample_shelved, "sample.shelved", shelf)

namespace laboratory {}  // namespace laboratory
