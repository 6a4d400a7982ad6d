// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace annals::sagas::simulation {

/// What is going to happen. Time jumps from one event to the next.
class timeline {
public:
    using act = std::function<void()>;

    auto now() const -> eventstore::timestamp { return now_; }
    auto is_empty() const -> bool { return waiting_.empty(); }

    void after(std::chrono::microseconds delay, act what)
    {
        waiting_.push_back({now_ + delay, ++count_, std::move(what)});
        std::ranges::push_heap(waiting_, later{});
    }
    void step()
    {
        std::ranges::pop_heap(waiting_, later{});
        auto next = std::move(waiting_.back());
        waiting_.pop_back();
        now_ = std::max(now_, next.at);
        next.what();
    }
    void run_until(eventstore::timestamp end)
    {
        while (!waiting_.empty() && waiting_.front().at <= end) step();
        now_ = std::max(now_, end);
    }

private:
    struct event {
        eventstore::timestamp at;
        std::uint64_t number;
        act what;
    };
    struct later {
        auto operator()(const event& one, const event& other) const -> bool
        {
            return std::pair(one.at, one.number) > std::pair(other.at, other.number);
        }
    };

    eventstore::timestamp now_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
    std::uint64_t count_ = 0;
    std::vector<event> waiting_;
};

}  // namespace annals::sagas::simulation
