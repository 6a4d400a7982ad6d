// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/app/context.hpp>
#include <annals/kafka/settings.hpp>
#include <annals/operations/presence.hpp>
#include <annals/processors/feed.hpp>
#include <annals/processors/worker.hpp>
#include <annals/projections/sql/projection_source.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

namespace annals::operations {

/// Keeps the read models up to date, the program's own views and tables and every SQL projection of the database, and
/// runs the program's own processors.
class projection_work {
public:
    enum class reads { kafka_where_configured, the_log };

    /// Registers the program's projections and processors that the database does not know, when everything else is
    /// ready. Throws `invalid_request` when a definition has changed but not its version.
    projection_work(app::context&, reads);

    void run(std::stop_token);
    /// The projections and processors that it works on now. Thread-safe.
    auto known() const -> std::vector<process_subject>;

private:
    auto find_projections() -> processors::processor_list;

    app::context& context_;
    std::optional<kafka::settings> broker_;  ///< none: it reads the log
    std::unique_ptr<processors::feed> feed_;
    projections::projection_source registered_;
    processors::processor_list own_;
    std::vector<processors::processor_id> named_;  ///< the program's views and tables
    mutable std::mutex mutex_;
    std::vector<process_subject> known_;  // guarded by mutex_
};

}  // namespace annals::operations
