// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/publication.hpp>
#include <annals/eventstore/store.hpp>
#include <annals/kafka/carrier.hpp>
#include <annals/kafka/halted_logs.hpp>
#include <annals/kafka/handles.hpp>
#include <annals/kafka/preparation.hpp>
#include <annals/kafka/settings.hpp>
#include <annals/kafka/topic_watch.hpp>

#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace annals::kafka {

/// What a publisher does between two outages: finds out where to resume each log that it leads, and publishes events
/// to the topics. An error of one log or topic takes that log out; it is tried again later with a carrier of its own,
/// so that it cannot break the shared one. Everything that may have to wait for one topic happens in the background.
class publishing {
public:
    publishing(eventstore::store&, eventstore::publication_ledger&, const settings&, halted_logs&);

    /// One round, 50 ms at most when there is nothing to do. Throws `unavailable` when a server is unreachable: this
    /// object cannot be used any more.
    void turn();

    /// Whether the servers have answered what it asked about the logs that it leads.
    auto is_at_work() const -> bool { return is_at_work_; }

    /// Waits for what is in flight, and saves how far that is.
    void finish();

private:
    using clock = std::chrono::steady_clock;

    /// Logs that are looked at in the background, and the result.
    struct pending_search {
        std::map<eventstore::log_id, eventstore::led_log> logs;
        std::future<std::vector<prepared_log>> found;
    };
    /// A carrier next to the main one.
    struct side_carrier {
        std::unique_ptr<kafka::carrier> carrier;
        clock::time_point since = clock::now();
    };

    auto new_carrier() -> std::unique_ptr<carrier>;
    auto all_carriers() -> std::vector<carrier*>;
    auto is_in_hand(const eventstore::log_id&) -> bool;

    void follow_leadership();
    void give_back_what_is_wanted();
    void search_for(pending_search&, std::map<eventstore::log_id, eventstore::led_log>);
    void begin_searches();
    void take_found(pending_search&, bool on_trial);
    void begin(const prepared_log&, carrier&);

    void serve();
    void look_after(carrier&);
    void halt(const eventstore::log_id&, const obstacle&);
    void take_changes();
    void retire_main_when_stuck();
    void end_retired();
    void end_trials();
    void dissolve(carrier&);
    void save_cursors();
    void save_cursor(partition_progress& ended);
    void tell_watch();
    auto may_have_more(std::uint64_t seen) -> bool;
    auto carry() -> bool;

    eventstore::store& store_;
    eventstore::publication_ledger& ledger_;
    const settings settings_;
    halted_logs& halted_;
    const std::string incarnation_;
    client_handle client_;
    topic_watch watch_;
    std::map<eventstore::log_id, eventstore::led_log> led_;
    std::unique_ptr<carrier> main_;
    std::vector<side_carrier> trials_;  // for logs that had errors
    std::vector<side_carrier> retired_;  // former main carriers with events that cannot be dropped
    bool is_at_work_ = false;
    clock::time_point followed_, saved_, told_, looked_;
    std::uint64_t changes_seen_ = 0;  // signals of the store when it was read last
    pending_search fresh_, again_;  // last: destroyed before what they use
};

}  // namespace annals::kafka
