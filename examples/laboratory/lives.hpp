// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace annals {
class service;
}  // namespace annals

namespace laboratory {

/// What the receptionists, technicians and machines of a laboratory do with some thousand samples: each is ordered,
/// most are validated and processed, some are rejected, and some are not finished at the end of the day.
class lives {
public:
    /// `run` makes the samples of one demonstration different from those of another.
    lives(annals::service&, std::string run, int samples);

    /// Several people at the same time; returns when the day is over. Throws what a broken server throws.
    void live(int people);

    auto samples_done() const -> int { return done_; }
    auto events() const -> std::int64_t { return events_; }
    auto refused() const -> std::int64_t { return refused_; }
    auto samples() const -> int { return samples_; }

    /// The key of the n-th sample, from 0.
    auto key(int n) const -> std::string;

private:
    void live_one(int n);

    annals::service& service_;
    std::string run_;
    int samples_;
    std::atomic<int> next_ = 0;
    std::atomic<int> done_ = 0;
    std::atomic<std::int64_t> events_ = 0;
    std::atomic<std::int64_t> refused_ = 0;
};

}  // namespace laboratory
