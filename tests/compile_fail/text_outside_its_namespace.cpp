// SPDX-License-Identifier: Apache-2.0
// says: annals: ANNALS_TEXT stands directly below its type, in the namespace of the type
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct shelf {
    std::string name;
};
}  // namespace laboratory

auto text_of(const laboratory::shelf& one) -> std::string { return one.name; }
auto shelf_from(const std::string& text) -> laboratory::shelf { return {text}; }
ANNALS_TEXT(laboratory::shelf, text_of, shelf_from)

namespace laboratory {}  // namespace laboratory
