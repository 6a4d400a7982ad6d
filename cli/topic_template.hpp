// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/session.hpp>
#include <eventstore/kafka/settings.hpp>

namespace annals::cli {

/// A topic template that gives the topic of no category that was ever published is a mistake in this program's
/// configuration: throws `mismatch`. One that fits some of them halts the others, and starts.
void check_topic_template(session&, const eventstore::kafka::settings&);

}  // namespace annals::cli
