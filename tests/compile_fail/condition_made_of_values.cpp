// SPDX-License-Identifier: Apache-2.0
// says: annals: a condition or an order is a string literal: write $1 where a value goes

#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

auto of_patient(const std::string& patient) -> queries::row_selection
{
    return {.where = "patient = '" + patient + "'"};
}

}  // namespace laboratory
