// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/obstacle.hpp>

#include <string>

namespace annals::kafka {

/// Why a partition takes no records, given librdkafka's code.
auto explain_refusal(const std::string& topic, int partition, int code) -> obstacle;

}  // namespace annals::kafka
