// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>

namespace annals::queries {

/// The read model did not reach the token in time. It continues: ask again, or without `after` for the current state.
class not_reached : public eventstore::error {
public:
    explicit not_reached(const std::string& message) : error(message, true) {}
};

/// The projection was stopped by an error: it cannot reach the token before an operator has resumed it.
class stopped : public eventstore::error {
public:
    explicit stopped(const std::string& message) : error(message) {}
};

/// The token's event waits in the projection behind one that cannot be applied: its row will not change before an
/// operator has dealt with that.
class parked : public eventstore::error {
public:
    explicit parked(const std::string& message) : error(message) {}
};

}  // namespace annals::queries
