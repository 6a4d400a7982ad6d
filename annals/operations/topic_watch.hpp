// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/settings.hpp>

#include <stop_token>
#include <string>

namespace annals::operations {

/// Tells, while a worker runs, of each category that is published to another topic than this program's template
/// gives, also when that began after the start: its read models follow the log itself, a second behind. Each is told
/// once. Waits for a database that is unreachable.
void watch_topics(const std::string& dsn, const kafka::settings&, const std::stop_token&);

}  // namespace annals::operations
