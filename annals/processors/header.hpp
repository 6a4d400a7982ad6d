// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/processors/beginning.hpp>
#include <annals/processors/category_names.hpp>
#include <annals/processors/processor.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace annals::processors {

/// What a processor that is a plain struct says about itself (docs/guide/processors.md).
struct header {
    std::string_view processor = {};         ///< a-z, 0-9 and _: the name under which operators find it
    int version = 1;                         ///< another version is another processor, and begins on its own
    category_names categories = {};          ///< those whose events it sees
    beginning begins_with = beginning::first_event;
    /// How many facts may share a transaction. One failure repeats all of them, also what they did outside.
    std::size_t facts_per_transaction = 1;
    work_distribution distribution = work_distribution::whole;
};

/// Throws `invalid_request`, saying which rule is broken: the name is 1 to 40 of a-z 0-9 _ and begins with a letter,
/// the version is at least 1, and at least one category is named, none twice. `what`: a projection or a processor.
void check_header(const std::string& what, std::string_view name, int version, const category_names&);

}  // namespace annals::processors
