// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/http_message.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/sagas/participants/outcome_word.hpp>
#include <annals/sagas/participants/request_record.hpp>

#include <algorithm>

namespace annals::sagas {
namespace {

auto header(const std::string& name, const std::string& value) -> std::string
{
    if (std::ranges::any_of(value, [](unsigned char c) { return c < ' ' || c == 0x7F; }))
        throw eventstore::invalid_request("the header " + name + " cannot hold control characters");
    return name + ": " + value;
}

/// The server, or something before it, did not take the request now.
auto is_passing(int status) -> bool { return status == 408 || status == 425 || status == 429 || status == 503; }

auto with_status(const http_answer& answer) -> std::string
{
    const auto error = error_in(answer.body);
    return "HTTP " + std::to_string(answer.status) + (error.empty() ? "" : ": " + error);
}

}  // namespace

auto post_for(const request& asked, const http_participant_settings& to, eventstore::timestamp now) -> http_request
{
    http_request post{.url = url_under(to.url, asked.action),
                      .headers = {header("Content-Type", "application/json"), header("Accept", "application/json"),
                                  "Expect:",  // nothing is gained by asking first
                                  header("Idempotency-Key", asked.idempotency_key),
                                  header("Annals-Saga-Type", asked.saga_type), header("Annals-Saga-Id", asked.saga_id),
                                  header("Annals-Step", asked.step), header("Annals-Action", asked.action),
                                  header("Annals-Direction", std::string(word_of(asked.direction))),
                                  header("Annals-Attempt", std::to_string(asked.attempt)),
                                  header("Annals-Deadline", eventstore::to_string(asked.deadline))},
                      .body = body_of(asked),
                      .patience = std::chrono::ceil<std::chrono::milliseconds>(asked.deadline - now)};
    for (const auto& [name, value] : to.headers) post.headers.push_back(header(name, value));
    return post;
}

auto outcome_of(const http_answer& answer) -> outcome
{
    if (answer.status == 0) return answer.was_sent ? in_doubt(answer.problem) : try_again(answer.problem);
    if (answer.status / 100 == 2) {
        if (answer.is_cut) return in_doubt("the service says that it is done, but its result is too long");
        return done_with(answer.body);
    }
    if (is_passing(answer.status)) return try_again(with_status(answer));
    if (answer.status / 100 == 3) return failed(with_status(answer) + " (redirects are not followed)");
    if (answer.status / 100 == 4) {
        const auto error = error_in(answer.body);
        return failed(error.empty() ? with_status(answer) : error);
    }
    return in_doubt(with_status(answer));
}

}  // namespace annals::sagas
