// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>
#include <tests/kafka/broker.hpp>
#include <tests/support/waiting.hpp>

#include <chrono>
#include <string>
#include <vector>

/// The records of a topic, compared with the log it was filled from.
namespace annals::tests {

/// Positions of a partition's records, in topic order.
auto published_positions(const kafka::settings&, const eventstore::log_id&) -> std::vector<std::int64_t>;

/// The first difference between the first occurrences in a category's topic and its logs: order, completeness, bytes.
/// Empty: none.
auto difference(eventstore::store&, const kafka::settings&, const std::string& category) -> std::string;

/// The same, after waiting for the difference to disappear.
auto difference_after(std::chrono::seconds patience, eventstore::store&, const kafka::settings&,
                      const std::string& category) -> std::string;

/// How many logs each publisher of a database leads.
auto shares_of_publishers(const std::string& dsn) -> std::vector<std::int64_t>;

/// Appends this many events to a few streams, one after the other.
void append_events(eventstore::store&, const std::string& category, int count);

}  // namespace annals::tests
