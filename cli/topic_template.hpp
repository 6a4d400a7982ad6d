// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/session.hpp>
#include <eventstore/kafka/settings.hpp>

namespace annals::cli {

/// If the topic template does not give the topic of any category that was ever published, this program's
/// configuration is wrong: throws `mismatch`. If it fits some of them, the program starts and the others are halted.
void check_topic_template(session&, const eventstore::kafka::settings&);

}  // namespace annals::cli
