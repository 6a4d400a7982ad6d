// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <condition_variable>
#include <list>
#include <vector>

namespace annals::commands {

/// Commands of this process on one stream take turns, in the order in which they came: from the constructor to the
/// destructor. Without it all of them would decide on one version, and only one would succeed. It only saves work,
/// since the append's expected version decides. So no command waits longer than two seconds for a stream, and a
/// command that another one handles while it decides does not wait at all. docs/decisions/0028.
class stream_turn {
public:
    /// For a command over several streams: waits for one after the other, in the order of their names. So no two
    /// commands wait for each other. The streams must outlive it.
    stream_turn(const eventstore::store&, std::vector<const eventstore::stream_id*>);
    ~stream_turn();
    stream_turn(const stream_turn&) = delete;
    auto operator=(const stream_turn&) -> stream_turn& = delete;

private:
    struct line;
    struct place;

    std::list<place> places_;                ///< none if it does not wait
};

}  // namespace annals::commands
