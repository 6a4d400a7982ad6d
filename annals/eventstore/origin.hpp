// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>

#include <string>
#include <vector>

namespace annals::eventstore {

/// The stored form of an origin. Without a correlation id it is the id of the first event.
/// Throws `invalid_request` as `encode` does.
auto encode_origin(metadata origin, const uuid& first) -> std::string;

/// Gives all events of an append their metadata. Throws as `encode_origin`.
void set_origin(std::vector<stream_append>&, const metadata& origin);

}  // namespace annals::eventstore
