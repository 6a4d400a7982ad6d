// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace annals::cli {

/// One measured value of a gauge. A label's value may hold any text.
struct metric_sample {
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

/// A gauge with all its samples.
struct metric {
    std::string name;                        ///< [a-z_], with its unit at the end
    std::string help;                        ///< for people
    std::vector<metric_sample> samples = {};
};

/// The text format of Prometheus, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). A
/// metric without samples is left out.
auto metrics_text(std::span<const metric>) -> std::string;

}  // namespace annals::cli
