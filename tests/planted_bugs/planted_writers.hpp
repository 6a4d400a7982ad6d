// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/support/passing_store.hpp>

#include <map>
#include <mutex>
#include <thread>
#include <vector>

/// Stores that append wrongly.
namespace annals::planted_bugs {

/// Sometimes it does not hear the answer to an append, and sends it once more as if it were the first time.
class blind_repeater final : public tests::passing_store {
public:
    using passing_store::passing_store;
    using store::append;
    void append(eventstore::append_request, eventstore::on_appended done) override;
};

/// Sometimes it gives a call up and sends it again, correctly marked; but the first one still runs, later.
class late_backend final : public tests::passing_store {
public:
    using passing_store::passing_store;
    using store::append;
    void append(eventstore::append_request, eventstore::on_appended done) override;

private:
    std::mutex mutex_;
    std::vector<std::jthread> late_;
};

/// Remembers versions, to find conflicts without asking; but it remembers what it sends before that is committed.
class hasty_cache final : public tests::passing_store {
public:
    using passing_store::passing_store;
    using store::append;
    void append(eventstore::append_request, eventstore::on_appended done) override;

private:
    auto conflicts_of(const eventstore::append_request&) -> std::vector<eventstore::failed_check>;

    std::mutex mutex_;
    std::map<eventstore::stream_id, std::int64_t> versions_;
};

}  // namespace annals::planted_bugs
