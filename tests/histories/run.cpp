// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/run.hpp>

#include <annals/eventstore/errors.hpp>
#include <tests/histories/scripted_client.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace annals::histories {

using namespace eventstore;

namespace {

using clock = std::chrono::steady_clock;

auto new_category(int partitions) -> category
{
    auto name = "history_" + to_string(new_uuid());
    std::ranges::replace(name, '-', '_');
    return {name, partitions};
}

/// Reads all logs page by page, each after what it has, like a processor that trusts its feed.
class history_follower {
public:
    history_follower(recorder& through, std::size_t page, const std::atomic<bool>& is_over)
        : through_(through), page_(page), is_over_(is_over)
    {
        for (int n = 0; n < through.category().partitions; ++n) cursors_.push_back({{through.category().name, n}, {}});
    }

    void run()
    {
        clock::time_point end = clock::time_point::max();
        while (clock::now() < end) {
            if (is_over_ && end == clock::time_point::max()) end = clock::now() + std::chrono::seconds{5};
            if (read_on() || !is_over_) continue;
            if (is_at_heads()) break;
        }
        through_.add_follower(std::move(given_));
    }

private:
    auto read_on() -> bool
    try {
        const auto events = through_.store().read_logs(cursors_, {.events_max = page_});
        for (const auto& event : events)
            cursors_.at(static_cast<std::size_t>(event.partition)).position = event.position;
        given_.insert(given_.end(), events.begin(), events.end());
        if (events.empty()) std::this_thread::sleep_for(std::chrono::microseconds{200});
        return !events.empty();
    } catch (const unavailable&) {
        return false;
    }

    auto is_at_heads() -> bool
    try {
        return std::ranges::equal(cursors_, through_.store().heads(through_.category().name), {},
                                  &log_cursor::position);
    } catch (const unavailable&) {
        return false;
    }

    recorder& through_;
    std::size_t page_;
    const std::atomic<bool>& is_over_;
    std::vector<log_cursor> cursors_;
    std::vector<recorded_event> given_;
};

}  // namespace

auto run(const plan& wanted, const contract::subject& tested, const trouble& goes_wrong, store* truth) -> history
{
    recorder through(tested, new_category(wanted.partitions));
    std::atomic<bool> is_over = false;
    {
        std::vector<std::jthread> followers;
        for (const std::size_t page : {3, 100})
            followers.emplace_back([&, page] { history_follower(through, page, is_over).run(); });
        {
            const std::jthread beside([&](const std::stop_token& stop) {
                if (goes_wrong) goes_wrong(stop);
            });
            std::vector<std::jthread> clients;
            for (std::size_t n = 0; n < wanted.clients.size(); ++n)
                clients.emplace_back([&, n] {
                    scripted_client client(through, static_cast<int>(n));
                    for (const auto& next : wanted.clients[n]) client.take(next);
                });
        }
        is_over = true;
    }
    return through.finish(truth ? *truth : *tested.store);
}

}  // namespace annals::histories
