// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cli/configuration.hpp>
#include <eventstore/kafka/settings.hpp>

namespace annals::cli {

/// Throws `failure` (wrong usage) when no broker is configured.
auto kafka_settings(const configuration&) -> eventstore::kafka::settings;

}  // namespace annals::cli
