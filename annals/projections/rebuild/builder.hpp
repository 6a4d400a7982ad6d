// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/log_feed.hpp>
#include <annals/processors/model_sessions.hpp>
#include <annals/processors/parking_limits.hpp>
#include <annals/processors/processor.hpp>
#include <annals/processors/runner.hpp>
#include <annals/projections/rebuild/bounded_feed.hpp>
#include <annals/projections/rebuild/build_progress.hpp>

#include <pqxx/pqxx>

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace annals::projections::rebuild {

struct build_settings {
    std::string model_dsn;
    processors::parking_limits parking = {};
    std::size_t readers_max = 4;             ///< threads, where the logs of the projection may be divided
};

/// Applies events to a version that workers do not apply yet, straight from the log, with several readers, and follows
/// the log until another process takes over. It may be interrupted at any time: the next builder goes on where this one
/// ended. It obeys the bounds in annals.checkpoints.stop_at within some milliseconds, exactly.
class builder {
public:
    /// `make` gives a processor of its own for each reader. The store must outlive this object.
    builder(build_settings, eventstore::store&, registry::entry,
            const std::function<std::shared_ptr<processors::processor>()>& make);
    ~builder();

    /// Returns when a stop was requested (then false), or when others have taken over its logs, or the version was
    /// removed (then true). Calls `goes_on` about once a second; false from it is a request to stop, and an exception
    /// is a reason to try again. Waits for a database that is unreachable.
    auto run(const std::stop_token&, const std::function<bool(const build_progress&)>& goes_on) -> bool;

private:
    void look_around();
    void share_out(const std::vector<processors::numbered_log>&);
    void obey_bounds();
    auto has_lost_all() -> bool;

    build_settings settings_;
    eventstore::store& store_;
    registry::entry version_;
    processors::log_feed log_;
    bounded_feed bounded_;
    processors::model_sessions sessions_;
    std::vector<std::shared_ptr<processors::processor>> processors_;  ///< one for each reader
    std::optional<pqxx::connection> catalogue_;
    std::map<int, processors::numbered_log> known_;  ///< by number
    std::set<int> lost_;  ///< numbers of those that others have taken over
    std::list<processors::runner> readers_;  // last: ends before what it uses
};

}  // namespace annals::projections::rebuild
