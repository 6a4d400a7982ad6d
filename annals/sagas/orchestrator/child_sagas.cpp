// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/orchestrator/child_sagas.hpp>

#include <annals/eventstore/back_off.hpp>
#include <annals/eventstore/errors.hpp>

#include <chrono>

namespace annals::sagas {
namespace {

using namespace std::chrono_literals;

constexpr auto try_again_after = 200ms;

auto child_of(const request& asked) -> saga_id { return {asked.child, asked.saga_id + "." + asked.step}; }

/// What its saga has come to before: an operator has asked for the step again.
auto outcome_of(const std::string& status) -> std::optional<outcome>
{
    if (status == "completed") return done();
    if (status == "compensated" || status == "timed_out" || status == "cancelled") return failed("its saga " + status);
    if (status == "failed") return outcome{.error = "its saga failed", .retryable = false, .outcome_unknown = true};
    return std::nullopt;                           // it is not over: its end answers
}

}  // namespace

/// The database may be away for a while; after the deadline nobody waits for the step any more.
void child_sagas::ask(request asked, std::function<void(outcome)> answer)
{
    auto key = asked.saga_id + "/" + asked.step;
    threads_.add(std::move(key), [this, asked = std::move(asked), answer = std::move(answer)] {
        while (!stop_.stop_requested() && eventstore::now() < asked.deadline) {
            try {
                return start(asked, answer);
            } catch (const eventstore::invalid_request& problem) {
                return answer(failed(problem.what()));
            } catch (const std::exception&) {
                eventstore::pause(stop_.get_token(), try_again_after);
            }
        }
    });
}

/// What is to be undone may never have been started: it is, so that it cannot be started later.
void child_sagas::start(const request& asked, const std::function<void(outcome)>& answer)
{
    const auto child = child_of(asked);
    auto context = asked.context;
    context["results"] = asked.results;
    const bool is_new = client_.start_once(child, context, "saga " + asked.saga_type + " " + asked.saga_id,
                                           parent_step{asked.saga_type, asked.saga_id, asked.step, asked.attempt});
    if (asked.direction == direction::backward) client_.ask(child, undo{asked.attempt});
    else if (!is_new)
        if (auto before = outcome_of(client_.status(child).value_or(""))) answer(*std::move(before));
}

}  // namespace annals::sagas
