// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/processors/beginning.hpp>
#include <annals/processors/category_names.hpp>

#include <string_view>

namespace annals::sagas {

/// What a process manager says about itself (docs/guide/process-managers.md).
struct header {
    std::string_view process_manager = {};   ///< a-z, 0-9 and _: the name under which operators find it
    int version = 1;  ///< another version is another one, and begins on its own, without states
    processors::category_names categories = {};  ///< those whose events it sees
    /// What it sends has effects, so it does not begin with the past unless it says so.
    processors::beginning begins_with = processors::beginning::next_event;
};

}  // namespace annals::sagas
