// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/processors/processor.hpp>

#include <pqxx/pqxx>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace annals::projections::rebuild {

/// How far two versions of a projection have come in a log that both follow.
struct pair_of_positions {
    int log = 0;                             ///< its number
    std::int64_t live = 0, built = 0;
};

auto positions_of(pqxx::transaction_base&, const processors::processor_id& live, const processors::processor_id& built)
    -> std::vector<pair_of_positions>;

/// Lets a version that is built go on, also where a command was killed in the middle of a meeting.
void lift_bounds(pqxx::connection& model, const processors::processor_id& built);

/// Holds the live version where it is, for some milliseconds, until the built one has come as far: the moment at which
/// they are compared, or swapped. Nothing stays held when this process ends. For one thread.
class meeting {
public:
    meeting(const std::string& model_dsn, processors::processor_id live, processors::processor_id built);
    ~meeting();

    enum class outcome {
        together,                            ///< both are at the same positions
        live_is_behind,                      ///< nobody moves it to where the built one is
        built_is_behind,                     ///< the built one does not come in time; nothing is held
        live_is_busy,                        ///< a batch of the live one takes long; nothing is held
    };

    /// Meets at the same positions, and keeps the built one there, too. For a version that a `builder` builds.
    auto at_the_same() -> outcome;
    /// Meets where the built one is at least as far, in all logs; anywhere when the live one is stopped.
    auto at_least() -> outcome;
    /// Lets both go on.
    void release();

    /// The transaction that holds the live one, until `release`. A commit of it ends the meeting.
    auto transaction() -> pqxx::work& { return *held_; }

private:
    void bound_built(const char* statement);
    auto wait_for(bool (*is_there)(const pair_of_positions&)) -> bool;
    auto is_stopped() -> bool;
    auto hold_live() -> bool;

    processors::processor_id live_, built_;
    pqxx::connection looking_, holding_;
    std::unique_ptr<pqxx::work> held_;
    bool is_bounded_ = false;
};

}  // namespace annals::projections::rebuild
