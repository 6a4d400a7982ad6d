// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/core/type_name.hpp>

#include <string>

namespace annals::commands {

/// A struct's name without its namespace.
template <class T>
auto short_name() -> std::string
{
    const auto full = boost::core::type_name<T>();
    return full.substr(full.rfind(':') + 1);
}

}  // namespace annals::commands
