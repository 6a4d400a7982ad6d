// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/header.hpp>

#include <annals/processors/header.hpp>

namespace annals::projections {

void check(const header& header)
{
    processors::check_header("projection", header.projection, header.version, header.categories);
}

}  // namespace annals::projections
