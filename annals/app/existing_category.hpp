// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <string>

namespace annals::app {

/// The category of this name. When there is none, throws `failure` with the nearest existing name.
auto existing_category(eventstore::store&, const std::string& name) -> eventstore::category;

}  // namespace annals::app
