// SPDX-License-Identifier: Apache-2.0
// says: annals: two structs of this variant have one name: it is unclear which one is stored
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct shelf {};
ANNALS_FIELDS(shelf)
namespace cellar {
struct shelf {};
ANNALS_FIELDS(shelf)
}  // namespace cellar

struct sample_shelved {
    std::variant<shelf, cellar::shelf> at;
};
ANNALS_EVENT(sample_shelved, "sample.shelved", at)

void run() { (void)facts::to_new_event(sample_shelved{}); }

}  // namespace laboratory
