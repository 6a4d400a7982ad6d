// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/participant.hpp>
#include <annals/sagas/participants/request_record.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace annals::sagas {

/// Requests that wait for their replies. Thread-safe.
class waiting_requests {
public:
    using on_answer = std::function<void(outcome)>;

    /// One that waits already is asked again: only the last one is answered.
    void add(const request& asked, on_answer answer)
    {
        const std::scoped_lock lock(mutex_);
        all_.insert_or_assign(id_of(asked), waiting{asked.deadline, std::move(answer)});
    }
    /// Answers a request, once; nothing happens when none waits.
    void answer(const attempt_id& to, outcome how)
    {
        on_answer found;
        {
            const std::scoped_lock lock(mutex_);
            const auto one = all_.find(to);
            if (one == all_.end()) return;
            found = std::move(one->second.answer);
            all_.erase(one);
        }
        found(std::move(how));
    }
    /// Forgets those whose deadline is over.
    void forget_late(eventstore::timestamp now)
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(all_, [&](const auto& one) { return one.second.deadline <= now; });
    }

private:
    struct waiting {
        eventstore::timestamp deadline;
        on_answer answer;
    };

    std::mutex mutex_;  // guards the next
    std::map<attempt_id, waiting> all_;
};

}  // namespace annals::sagas
