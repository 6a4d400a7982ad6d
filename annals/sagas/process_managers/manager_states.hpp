// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <pqxx/pqxx>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace annals::sagas {

/// The states of a process manager, JSON by key, in the database of its checkpoints.
class manager_states {
public:
    explicit manager_states(processors::processor_id of) : of_(std::move(of)) {}

    /// The states of the keys that have one, in one query.
    auto load(pqxx::transaction_base&, const std::vector<std::string>& keys) const
        -> std::map<std::string, std::string>;

    /// Writes states in one statement, whether they were there or not.
    void store(pqxx::transaction_base&, const std::map<std::string, std::string>&) const;

private:
    processors::processor_id of_;
};

}  // namespace annals::sagas
