// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/kafka/obstacle.hpp>
#include <annals/kafka/settings.hpp>
#include <annals/libpq/connection.hpp>

namespace annals::app {

/// The categories that are published to another topic than the template gives.
auto foreign_topics(libpq::connection& log, const kafka::settings&) -> kafka::obstacles;

/// If the topic template does not give the topic of any category that was ever published, this program's
/// configuration is wrong: throws `mismatch`. If it fits some of them, the program starts and the others are halted.
void check_topic_template(context&, const kafka::settings&);

}  // namespace annals::app
