// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/store.hpp>

#include <string>

namespace annals::cli {

/// The category of this name. Throws `failure`, with the nearest name there is, when there is none.
auto existing_category(eventstore::store&, const std::string& name) -> eventstore::category;

}  // namespace annals::cli
