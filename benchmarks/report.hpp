// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace annals::benchmarks {

using seconds = std::chrono::duration<double>;

/// One workload's figures: medians over the repetitions. Figures that do not apply are empty and left out.
struct row {
    std::string what;
    std::optional<int> callers, events_per_append;
    std::optional<double> events_per_s, p50_ms, p99_ms;
    std::map<std::string, double> ratio_to;   ///< this one's events/s divided by another's of the same repetition
    std::optional<std::string> peer = {};     ///< the system, if several are compared
    std::optional<double> events_per_s_min = {}, events_per_s_max = {};    ///< over the repetitions
    std::optional<double> worst_ms = {};
    std::optional<double> least_share = {}, most_share = {};    ///< of a caller; 1: as much as the others
    std::map<std::string, double> processor_us = {};    ///< of each program, for one event
};

/// The result of one repetition of a workload.
struct sample {
    double events_per_s = 0;
    std::vector<double> latencies_ms;         ///< of each append; sorted by `percentile`
    std::vector<double> events_of_callers = {};
    std::map<std::string, double> processor_us = {};
};

auto median(std::vector<double> values) -> double;

/// The value below which `part` (0 to 1) of the values are; sorts them.
auto percentile(std::vector<double>& values, double part) -> double;

/// Events per second of each repetition.
auto rates(const std::vector<sample>&) -> std::vector<double>;

/// The median over the repetitions of one workload's rate divided by another's of the same repetition.
auto ratio(const std::vector<sample>& of, const std::vector<sample>& to) -> double;

/// The medians of a workload's repetitions, whose latencies are sorted.
auto medians(const std::string& what, std::optional<int> callers, std::optional<int> events_per_append,
             std::vector<sample>&) -> row;

/// A table for people, then one line of JSON for programs.
void print(const std::string& benchmark, const std::vector<row>& rows);

}  // namespace annals::benchmarks
