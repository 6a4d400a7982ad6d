// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/configuration.hpp>
#include <annals/app/program_types.hpp>
#include <annals/eventstore/store.hpp>

#include <memory>
#include <string>

namespace annals::app {

/// What every part of a running program needs: its name and types, the configuration, the store. For one thread, until
/// the store is open.
class context {
public:
    context(std::string program, program_types types) : program_(std::move(program)), types_(std::move(types)) {}

    /// The name under which the program runs and its processes are known.
    auto program() const -> const std::string& { return program_; }
    /// What its author named.
    auto types() const -> const program_types& { return types_; }
    auto configuration() const -> const app::configuration& { return configuration_; }

    /// The log, opened on first use. Throws `unavailable` when PostgreSQL cannot be reached.
    auto store() -> eventstore::store&;
    /// The same for a caller that is about to append. Throws `failure` immediately where the database takes no writes.
    auto store_to_append() -> eventstore::store&;

    /// From now on this is its configuration, and the log is written as that says.
    void configure(app::configuration);

private:
    std::string program_;
    program_types types_;
    app::configuration configuration_;
    std::unique_ptr<eventstore::store> store_;
};

}  // namespace annals::app
