// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/exit_code.hpp>

#include <functional>
#include <string>

namespace annals::cli {

class session;

/// A verb that only this program has.
struct own_verb {
    std::string name;
    std::string says;
    std::function<app::exit_code(session&)> run;
};

}  // namespace annals::cli
