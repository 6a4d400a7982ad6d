// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <processors/processor.hpp>
#include <processors/reporter.hpp>

#include <memory>
#include <string>
#include <vector>

namespace annals::projections {

/// The live SQL projections of a database, as processors: what a worker asks about once a second, so that a file that
/// was applied is worked on without a restart. Copies are the same source. Not thread-safe.
class sql_projection_source {
public:
    /// `report` is told, once, of a stored file that this program cannot read; it is left out.
    sql_projection_source(std::string model_dsn, processors::reporter report);

    /// The same object for the same projection as long as it is registered. Throws `pqxx::failure` or
    /// `eventstore::unavailable` when the database cannot be asked; the next call connects again.
    auto operator()() -> std::vector<std::shared_ptr<processors::processor>>;

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace annals::projections
