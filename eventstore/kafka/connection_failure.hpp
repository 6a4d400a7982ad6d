// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::eventstore::kafka {

/// Why no broker could be talked to, and what to do, for people.
struct connection_failure {
    std::string reason;                      ///< goes after "no Kafka broker answers at HOST:PORT"; may be empty
    std::string to_do;                       ///< one or more sentences
};

/// Makes sense of what librdkafka logs when a connection fails; empty text: nothing was heard.
auto explain_connection(std::string_view logged) -> connection_failure;

}  // namespace annals::eventstore::kafka
