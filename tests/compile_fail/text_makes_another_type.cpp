// SPDX-License-Identifier: Apache-2.0
// says: laboratory::shelf
// says: annals: the last of ANNALS_TEXT makes the value, or an optional of it, from a text
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct shelf {
    std::string name;
};
auto text_of(const shelf& one) -> std::string { return one.name; }
auto number_from(const std::string& text) -> std::size_t { return text.size(); }
ANNALS_TEXT(shelf, text_of, number_from)

struct sample_shelved {
    shelf at;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", at)

void run() { (void)facts::decode<sample_shelved>("{}", "it"); }

}  // namespace laboratory
