// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/session.hpp>

#include <string>

namespace laboratory {

/// Starts a saga that is completed and one that is undone, and shows what their steps did. `day` makes their names new.
void show_sagas(annals::cli::session&, const std::string& day);

}  // namespace laboratory
