// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/store.hpp>

#include <condition_variable>

namespace annals::commands {

/// One command of this process after the other on one stream, in the order in which they came: from the constructor to
/// the destructor. Without it all of them decide on one version, and one is lucky. Only saves work, since the append's
/// expected version decides: so nobody waits longer than two seconds, and a command that another one handles while it
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
    line* line_ = nullptr;                   ///< of all streams with one hash; null where it does not wait
    stream_turn* next_ = nullptr;            ///< behind it in the line
    bool has_come_ = false;
    std::condition_variable come_;
};

}  // namespace annals::commands
