// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/kafka/settings.hpp>

namespace annals::app {

/// If the topic template does not give the topic of any category that was ever published, this program's
/// configuration is wrong: throws `mismatch`. If it fits some of them, the program starts and the others are halted.
void check_topic_template(context&, const kafka::settings&);

}  // namespace annals::app
