// SPDX-License-Identifier: Apache-2.0
// says: Struct = laboratory::sample_shelved
// says: "shelf"
// says: T = long double
// says: annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct sample_shelved {
    long double shelf = 0;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

void run() { (void)facts::to_new_event(sample_shelved{}); }

}  // namespace laboratory
