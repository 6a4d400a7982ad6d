// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>

namespace annals::eventstore {

/// There is no session with the server. The process logs this once for all its parts: code that catches this logs
/// nothing and tries again.
class server_away : public unavailable {
public:
    using unavailable::unavailable;
};

}  // namespace annals::eventstore
