// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/lane.hpp>
#include <eventstore/kafka/producer.hpp>
#include <eventstore/kafka/settings.hpp>
#include <eventstore/publication.hpp>
#include <eventstore/store.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace annals::eventstore::kafka {

/// What a publisher does between two troubles: finds out where each log that it leads has to go on, and carries events
/// into the topics until something breaks on either side. Whatever broke, the answer is the same: a new object, which
/// looks at the topics again.
class publishing {
public:
    publishing(store&, publication_ledger&, const settings&);

    /// One round, 50 ms at most when there is nothing to do. Throws `unavailable` when it is over, `mismatch` when a
    /// topic does not fit its category, or is not the one that the category is published to.
    void turn();

    /// Lets what is under way arrive and remembers how far that is.
    void finish();

private:
    using clock = std::chrono::steady_clock;
    using lanes = std::map<log_id, std::unique_ptr<lane>>;

    void follow_leadership();
    void leave(lanes::iterator);
    void begin(std::span<const led_log>);
    void give_back_what_is_wanted();
    auto carry() -> bool;
    auto offer(lane&, const recorded_event&) -> bool;
    void acknowledge(lane&, std::int64_t offset);
    void save_cursors();
    void watch_topics();

    store& store_;
    publication_ledger& ledger_;
    const settings settings_;
    const std::string incarnation_;
    lanes lanes_;  // outlive the producer, which points to them
    std::vector<std::unique_ptr<lane>> left_;  // given up with something still under way
    std::map<log_id, std::int64_t> halted_;  // logs that must not be published, with the epoch they were led in
    bool was_replaced_ = false;  // a topic turned out to be another one
    bool is_full_ = false;  // no room for what could be read
    std::unique_ptr<producer> producer_;
    clock::time_point followed_, saved_, watched_;
};

}  // namespace annals::eventstore::kafka
