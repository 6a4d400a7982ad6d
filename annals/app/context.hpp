// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/configuration.hpp>
#include <annals/app/program_types.hpp>
#include <annals/eventstore/store.hpp>

#include <memory>
#include <string>

namespace annals {
class service;
}  // namespace annals

namespace annals::app {

/// What every part of a running program needs: its name and types, the configuration, the service. For one thread,
/// until the service is open.
class context {
public:
    context(std::string program, program_types types);
    ~context();

    /// The name under which the program runs and its processes are known.
    auto program() const -> const std::string& { return program_; }
    /// What its author named.
    auto types() const -> const program_types& { return types_; }
    auto configuration() const -> const app::configuration& { return configuration_; }

    /// annals with the configuration of the program: for its own verbs. Opened on first use. Throws `unavailable` when
    /// PostgreSQL cannot be reached.
    auto service() -> annals::service&;
    /// Its store: the log.
    auto store() -> eventstore::store&;
    /// The same for a caller that is about to append. Throws `failure` immediately where the database takes no writes.
    auto store_to_append() -> eventstore::store&;

    /// From now on this is its configuration, and the log is written as that says.
    void configure(app::configuration);

private:
    std::string program_;
    program_types types_;
    app::configuration configuration_;
    std::unique_ptr<annals::service> service_;
};

}  // namespace annals::app
