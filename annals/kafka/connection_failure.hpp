// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace annals::kafka {

/// Why no broker could be reached, and what to do; for people.
struct connection_failure {
    std::string reason;                      ///< follows "no Kafka broker answers at HOST:PORT"; may be empty
    std::string to_do;                       ///< one or more sentences
};

/// Explains what librdkafka logs when a connection fails; empty text: it logged nothing.
auto explain_connection(std::string_view logged) -> connection_failure;

}  // namespace annals::kafka
