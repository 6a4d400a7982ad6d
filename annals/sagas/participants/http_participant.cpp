// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/http_participant.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/sagas/participants/http_message.hpp>

namespace annals::sagas {

class http_participant::state {
public:
    explicit state(http_participant_settings settings) : settings_(std::move(settings)), exchange_(settings_.ca_file)
    {
        url_under(settings_.url, "action");
    }

    auto settings() const -> const http_participant_settings& { return settings_; }
    void post(http_request what, std::function<void(http_answer)> answered)
    {
        exchange_.post(std::move(what), std::move(answered));
    }

private:
    const http_participant_settings settings_;
    http_exchange exchange_;
};

http_participant::http_participant(http_participant_settings settings)
    : state_(std::make_unique<state>(std::move(settings)))
{}

http_participant::~http_participant() = default;

auto http_participant::service() const -> std::string { return state_->settings().service; }

auto http_participant::knows(const std::string& action) const -> bool
{
    const auto& actions = state_->settings().actions;
    return actions.empty() || actions.contains(action);
}

void http_participant::ask(request asked, std::function<void(outcome)> answer)
{
    const auto now = eventstore::now();
    if (asked.deadline <= now) return;
    try {
        state_->post(post_for(asked, state_->settings(), now),
                     [answer](const http_answer& came) { answer(outcome_of(came)); });
    } catch (const eventstore::invalid_request& problem) {
        answer(failed(problem.what()));
    }
}

}  // namespace annals::sagas
