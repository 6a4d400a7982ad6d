// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/page.hpp>

namespace annals::tests {

/// The SQL block below a heading of docs/operating/roles.md.
inline auto documented_sql(const std::string& heading) -> std::string
{
    return code_below("docs/operating/roles.md", heading, "sql");
}

}  // namespace annals::tests
