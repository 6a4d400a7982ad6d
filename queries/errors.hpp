// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/errors.hpp>

namespace annals::queries {

/// The read model did not get as far as the token in time. It goes on: ask again, or without `after` for what is there.
class not_reached : public eventstore::error {
public:
    explicit not_reached(const std::string& message) : error(message, true) {}
};

/// An event before the token was set aside with its key: the row will not change until an operator has retried it.
class set_aside : public eventstore::error {
public:
    explicit set_aside(const std::string& message) : error(message) {}
};

}  // namespace annals::queries
