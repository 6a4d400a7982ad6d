// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/store.hpp>

#include <condition_variable>

namespace annals::commands {

/// Commands of this process on one stream take turns, in the order in which they came: from the constructor to the
/// destructor. Without it all of them would decide on one version, and only one would succeed. It only saves work,
/// since the append's expected version decides. So no command waits longer than two seconds, and a command inside
/// another one does not wait at all. Takes no memory but its own. docs/decisions/0028.
/// decides does not wait at all. Takes no memory but its own. docs/decisions/0028.
class stream_turn {
public:
    stream_turn(const eventstore::store&, const eventstore::stream_id&);
    ~stream_turn();
    stream_turn(const stream_turn&) = delete;
    auto operator=(const stream_turn&) -> stream_turn& = delete;

private:
    struct line;

    auto is_for_the_same(const stream_turn& other) const -> bool;
    void wait();

    const eventstore::store& store_;
    const eventstore::stream_id& stream_;
    line* line_ = nullptr;                   ///< of all streams with one hash; null if it does not wait
    stream_turn* next_ = nullptr;            ///< after it in the line
    bool has_come_ = false;
    std::condition_variable come_;
};

}  // namespace annals::commands
