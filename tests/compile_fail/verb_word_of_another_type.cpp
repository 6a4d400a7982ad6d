// SPDX-License-Identifier: Apache-2.0
// says: a word of the command line cannot become this type: use a text, a number, an enum
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct day {
    std::map<std::string, int> bikes;
};

auto words = cli::option("--bikes", &day::bikes, "how many of each kind");

}  // namespace laboratory
