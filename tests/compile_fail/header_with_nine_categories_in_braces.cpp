// SPDX-License-Identifier: Apache-2.0
// says: braces hold up to 8 categories: write more in one text, separated by commas
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

constexpr projections::header header{.projection = "all", .categories = {"a", "b", "c", "d", "e", "f", "g", "h", "i"}};

}  // namespace laboratory
