// SPDX-License-Identifier: Apache-2.0
// says: Struct = laboratory::rack
// says: "label"
// says: std::optional<std::basic_string_view<char> >
// says: annals: the type T of this field of Struct cannot be stored: give it ANNALS_FIELDS, ANNALS_ENUM or ANNALS_TEXT
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct rack {
    std::optional<std::string_view> label;
};
ANNALS_FIELDS(rack, label)

struct sample_shelved {
    std::vector<rack> shelf;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", shelf)

void run() { (void)facts::to_new_event(sample_shelved{}); }

}  // namespace laboratory
