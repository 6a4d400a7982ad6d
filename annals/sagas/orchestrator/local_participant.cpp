// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/local_participant.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/sagas/orchestrator/keyed_threads.hpp>

namespace annals::sagas {
namespace {

auto carried_out(const local_participant::action& what, const request& asked) -> outcome
{
    try {
        return what(asked);
    } catch (const std::exception& problem) {
        return in_doubt(problem.what());
    }
}

}  // namespace

class local_participant::threads : public keyed_threads {
    using keyed_threads::keyed_threads;
};

local_participant::local_participant(std::string service, std::size_t count)
    : service_(std::move(service)), threads_(std::make_unique<threads>(count))
{}

local_participant::~local_participant() = default;

auto local_participant::on(std::string name, action what) -> local_participant&
{
    if (!actions_.try_emplace(name, std::move(what)).second)
        throw eventstore::invalid_request("the service " + service_ + " has two actions that are called " + name);
    return *this;
}

void local_participant::ask(request asked, std::function<void(outcome)> answer)
{
    const auto found = actions_.find(asked.action);
    if (found == actions_.end())
        return answer(try_again("the service " + service_ + " has no action " + asked.action + " in this program"));
    auto key = asked.saga_id + "/" + asked.step;
    threads_->add(std::move(key), [&what = found->second, asked = std::move(asked), answer = std::move(answer)] {
        if (eventstore::now() < asked.deadline) answer(carried_out(what, asked));
    });
}

}  // namespace annals::sagas
