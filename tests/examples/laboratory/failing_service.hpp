// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/participant.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace annals::tests {

/// A service that notes what it is asked for, and refuses one step for good.
class failing_service final : public sagas::participant {
public:
    failing_service(std::shared_ptr<sagas::participant> real, std::string refused, std::vector<std::string>& did,
                    std::mutex& mutex)
        : real_(std::move(real)), refused_(std::move(refused)), did_(did), mutex_(mutex)
    {}

    auto service() const -> std::string override { return real_->service(); }
    auto knows(const std::string& action) const -> bool override { return real_->knows(action); }
    void ask(sagas::request asked, std::function<void(sagas::outcome)> answer) override
    {
        {
            const std::scoped_lock lock(mutex_);
            did_.push_back((asked.direction == sagas::direction::forward ? "" : "undo ") + asked.step);
        }
        if (asked.step == refused_ && asked.direction == sagas::direction::forward)
            return answer(sagas::failed("refused by the test"));
        real_->ask(std::move(asked), std::move(answer));
    }

private:
    std::shared_ptr<sagas::participant> real_;
    std::string refused_;
    std::vector<std::string>& did_;
    std::mutex& mutex_;
};

}  // namespace annals::tests
