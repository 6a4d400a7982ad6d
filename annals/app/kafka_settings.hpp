// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/configuration.hpp>
#include <annals/kafka/settings.hpp>

namespace annals::app {

/// Throws `failure` (wrong usage) when no broker is configured, `invalid_request` for settings that can never work: a
/// property that librdkafka refuses, a template that gives no topic names.
auto kafka_settings(const configuration&) -> kafka::settings;

}  // namespace annals::app
