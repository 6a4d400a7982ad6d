// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/committer.hpp>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace annals::eventstore::postgres {

namespace {

constexpr std::chrono::seconds closing_patience{5};

auto bytes_of(const append_request& request) -> std::size_t
{
    std::size_t bytes = 0;
    for (const auto& part : request.streams)
        for (const auto& event : part.events) bytes += event.data.size() + event.metadata.size() + sizeof event;
    return bytes;
}

/// One thread waits for it and another thread, or the same one, sets it: a promise without its allocations.
class awaited_outcome {
public:
    void set(append_outcome outcome)
    {
        const std::scoped_lock lock(mutex_);
        outcome_ = std::move(outcome);
        is_set_.notify_one();                // under the lock: the waiting thread destroys it
    }
    auto wait() -> append_outcome
    {
        std::unique_lock lock(mutex_);
        is_set_.wait(lock, [this] { return outcome_.has_value(); });
        return *std::move(outcome_);
    }

private:
    std::mutex mutex_;
    std::condition_variable is_set_;
    std::optional<append_outcome> outcome_;
};

}  // namespace

committer::committer(settings given)
    : settings_(std::move(given)),
      locked_(settings_.dsn,
              {.committed = settings_.committed, .log_locked = {}, .give_up = [this] { return give_up(); }}),
      session_(settings_.dsn, std::nullopt,
               {.committed = settings_.committed,
                .log_locked = [this](std::int32_t log, pending_append one) { locked_.add(log, std::move(one)); },
                .give_up = [this] { return give_up(); }},
               settings_.sole_writer_after_calls),
      thread_([this] { run(); })
{}

committer::~committer()
{
    closing_until_ = std::chrono::steady_clock::now() + closing_patience;
    queue_.close();
}

void committer::append(routed_append what, on_appended done)
{
    auto one = pending(std::move(what), std::move(done));
    // This thread, in a completion, must not wait for itself.
    if (std::this_thread::get_id() == thread_.get_id()) queue_.push_now(std::move(one));
    else queue_.push(std::move(one));
}

auto committer::append(routed_append what) -> append_result
{
    awaited_outcome outcome;
    auto one = pending(std::move(what), [&outcome](append_outcome result) { outcome.set(std::move(result)); });
    if (queue_.claim()) {
        std::vector<pending_append> alone;
        alone.push_back(std::move(one));
        send(std::move(alone));
    } else {
        queue_.push(std::move(one));
    }
    return outcome.wait().get();
}

auto committer::pending(routed_append what, on_appended done) const -> pending_append
{
    const auto bytes = bytes_of(what.request);
    return {.what = std::move(what),
            .done = std::move(done),
            .until = std::chrono::steady_clock::now() + settings_.patience,
            .bytes = bytes};
}

void committer::run()
{
    while (auto batch = queue_.take()) send(*std::move(batch));
}

/// For the thread that has claimed the session.
void committer::send(std::vector<pending_append> batch)
{
    struct releasing {
        ~releasing() { queue.release(sender.due()); }
        append_queue& queue;
        const append_session& sender;
    };
    const releasing at_the_end{queue_, session_};
    std::erase_if(batch, [this](pending_append& one) { return locked_.take(one); });
    session_.send(std::move(batch));
}

auto committer::give_up() const -> deadline { return closing_until_; }

}  // namespace annals::eventstore::postgres
