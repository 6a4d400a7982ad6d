// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>

#include <vector>

namespace annals::eventstore {

/// Gives all events of an append their metadata. Without a correlation id it is the id of the first event.
/// Throws `invalid_request` as `encode` does.
void set_origin(std::vector<stream_append>&, metadata origin);

}  // namespace annals::eventstore
