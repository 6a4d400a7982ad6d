// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/header.hpp>

#include <annals/processors/header.hpp>

namespace annals::projections {

auto to_string(row_order order) -> std::string
{
    switch (order) {
        case row_order::by_key: return "by key";
        case row_order::one: return "one";
        case row_order::none: return "none";
    }
    return {};
}

void check(const header& header)
{
    processors::check_header("projection", header.projection, header.version, header.categories);
}

}  // namespace annals::projections
