// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/connection.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace annals::leases {

/// What several processes could do, and its current units: what one process works on alone, by numbers.
struct work {
    std::string name;                        ///< unique among all works: "publication", "processor counted/1/17"
    std::set<int> units;
    bool keeps_surplus = false;              ///< until `member::give_up`; see `member::surplus`
    std::int64_t registration = 0;           ///< of the projection whose leases these are; 0: none
};

/// One of the processes that divide the units of works among them: each unit to at most one, each process its fair
/// part. For one thread at a time.
///
/// A member has a unit while its session holds the unit's advisory lock; when the session ends, however that happens,
/// the unit is free, and the member no longer counts. A row says that it is alive, and is renewed every two seconds.
/// When it has been silent for six seconds (stopped, swapped out, cut off), it no longer counts, and another member
/// that wants units ends its session. So a member may lose a unit without knowing it: what it does must be fenced.
///
/// After any exception (`libpq::statement_error`, `eventstore::unavailable`) the session may be lost, or may hold units
/// that are not known here: make a new object.
class member {
public:
    /// `process`: whose session it is, for people.
    member(libpq::connection, std::string process);

    /// Renews the membership. Gives up works that are no longer named, units no longer in them, and those above its
    /// part of each; takes free units up to that part: ceil(units / live members). Call it about once a second. May
    /// wait 50 ms for a session that it has ended.
    void share(std::span<const work>);

    /// The units of a work that this member has.
    auto held(const std::string& work) const -> std::set<int>;
    /// The last of them, as many as are above its part: another member should have them.
    auto surplus(const std::string& work) const -> std::set<int>;

    /// These give up single units, or everything including the membership (at the end).
    void give_up(const std::string& work, const std::set<int>& units);
    void leave();

    /// Takes a unit from the session that has it, which is ended, without becoming a member. False when members keep
    /// taking it, for a second or longer. Throws `statement_error` when this user may not end that session.
    auto seize(const std::string& work, int unit) -> bool;

    /// For what may be done only while it has its units.
    auto session() -> libpq::connection& { return session_; }

private:
    struct share_of {
        std::map<int, int> held;  ///< unit → the number of its lock
        std::size_t part = 0;
    };

    void renew(std::span<const work>);
    void set_parts(std::span<const work>);
    void take(const work&, std::size_t count);

    libpq::connection session_;
    std::string process_;
    std::map<std::string, share_of> shares_;  ///< of each work that it is a member of
    std::chrono::steady_clock::time_point renewed_at_;
};

}  // namespace annals::leases
