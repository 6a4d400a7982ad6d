// SPDX-License-Identifier: Apache-2.0
// says: an argument of the type bool would be a word: make it an option
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct day {
    bool quick = false;
};

auto words = cli::argument("QUICK", &day::quick, "without a pause");

}  // namespace laboratory
