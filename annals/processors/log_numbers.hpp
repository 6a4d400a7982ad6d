// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <pqxx/pqxx>

#include <span>
#include <string>
#include <vector>

namespace annals::processors {

/// A log and its number in the database of the read models (`annals.logs.log`). If that is not the log's own
/// database, the numbers differ from the log's: they never leave the database.
struct numbered_log {
    int number = 0;
    eventstore::log_id log;

    auto operator<=>(const numbered_log&) const = default;
};

/// The logs of the categories that exist, by category and partition. Registers new ones in the database of the read
/// models. Throws `mismatch` when a category has another number of partitions there.
auto number_logs(pqxx::connection& model, eventstore::store&, std::span<const std::string> categories)
    -> std::vector<numbered_log>;

}  // namespace annals::processors
