// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace annals::projections {

/// A view or table of the program: it is worked on while the database has it with this definition.
struct own_projection {
    processors::processor_id id;             ///< of whichever registration
    std::string hash;                        ///< of its definition, as it is registered
    std::function<std::shared_ptr<processors::processor>(const processors::processor_id&)> make;
};

/// What a worker asks about once a second: the live projections of a database that this program can work on. These
/// are all that are written in SQL, and the program's own. Notices without a restart what is applied or removed. A
/// projection that is removed and applied again is another processor.
class projection_source {
public:
    /// Logs once which projections this program cannot work on (any more), and why.
    explicit projection_source(std::string model_dsn, std::vector<own_projection> own = {});

    /// Throws `eventstore::unavailable` or `pqxx::failure` while the database is unreachable; call again.
    auto operator()() -> std::vector<std::shared_ptr<processors::processor>>;

private:
    struct state;
    std::shared_ptr<state> state_;  // shared: the worker keeps it in a std::function
};

}  // namespace annals::projections
