// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/kafka/obstacle.hpp>

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace annals::kafka {

/// The logs that a publisher leads and cannot publish: why, and when each is tried again (after 1 s, then twice as
/// long each time, up to 15 s). Logs once per topic and reason that it is halted, at level error, and once when that
/// is over; saves both in the ledger. Lives on during outages of the servers, so that nothing is logged twice. For
/// one thread.
class halted_logs {
public:
    explicit halted_logs(eventstore::publication_ledger& ledger) : ledger_(ledger) {}

    enum class found { before_publishing, in_publishing };

    /// Halts a log, or notes that it was tried again and failed.
    void add(const eventstore::led_log&, const obstacle&, found);
    auto holds(const eventstore::log_id& log) const -> bool { return halted_.contains(log); }
    auto is_due(const eventstore::log_id&) const -> bool;
    /// How long it must work before its halt counts as over: an error that appeared while publishing may come again.
    auto probation(const eventstore::log_id&) const -> std::chrono::milliseconds;

    /// It is published. If it is halted again soon after, it is tried as rarely as before.
    void end(const eventstore::log_id&);
    /// Forgets logs that other publishers lead now.
    void keep_only(const std::map<eventstore::log_id, eventstore::led_log>&);

    /// Logs and saves what has changed since the last call.
    void tell();

private:
    using clock = std::chrono::steady_clock;

    struct halted_log {
        eventstore::led_log log;
        obstacle why;
        found in = found::before_publishing;
        int attempts = 0;
        clock::time_point next;
        bool is_said = false;
    };

    void say_halted();
    void say_over();

    eventstore::publication_ledger& ledger_;
    std::map<eventstore::log_id, halted_log> halted_;
    std::map<eventstore::log_id, std::pair<int, clock::time_point>> before_;  // attempts of those that ended, and when
    std::set<eventstore::log_id> changed_;  // not saved yet
    std::set<eventstore::log_id> over_;  // published; not saved yet
    std::map<std::string, int> over_said_;  // logs that were reported as halted, by category
};

}  // namespace annals::kafka
