// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/participants/request_record.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/payload_check.hpp>
#include <annals/sagas/participants/outcome_word.hpp>

#include <charconv>

namespace annals::sagas {

using eventstore::invalid_request;
using eventstore::json;

namespace {

constexpr auto type_header = "annals-saga-type", id_header = "annals-saga-id", step_header = "annals-step",
               action_header = "annals-action", direction_header = "annals-direction",
               attempt_header = "annals-attempt", key_header = "idempotency-key", deadline_header = "annals-deadline",
               reply_topic_header = "annals-reply-topic", outcome_header = "annals-outcome";

/// A reply carries these back as they came.
auto identifying_headers(const request& asked) -> std::vector<kafka::header>
{
    return {{type_header, asked.saga_type},
            {id_header, asked.saga_id},
            {step_header, asked.step},
            {action_header, asked.action},
            {direction_header, std::string(word_of(asked.direction))},
            {attempt_header, std::to_string(asked.attempt)},
            {key_header, asked.idempotency_key}};
}

auto header_of(const kafka::record& in, std::string_view name) -> const std::string&
{
    for (const auto& one : in.headers)
        if (one.name == name) {
            if (one.value.empty() || !eventstore::is_utf8(one.value))
                throw invalid_request("the header " + one.name + " is empty or not UTF-8");
            return one.value;
        }
    throw invalid_request("it has no header " + std::string(name));
}

auto attempt_of(const kafka::record& in) -> int
{
    const auto& text = header_of(in, attempt_header);
    int attempt = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), attempt);
    if (problem != std::errc{} || end != text.data() + text.size() || attempt < 1)
        throw invalid_request("the header annals-attempt is no number from 1: " + text);
    return attempt;
}

auto direction_of(const kafka::record& in) -> direction
{
    const auto& word = header_of(in, direction_header);
    if (word == "forward") return direction::forward;
    if (word == "backward") return direction::backward;
    throw invalid_request("the header annals-direction is neither forward nor backward: " + word);
}

auto read_request(const kafka::record& in) -> received_request
{
    if (const auto fault = eventstore::fault_of_payload(in.value)) throw invalid_request("its value " + *fault);
    auto body = json::parse(in.value);
    return {.asked = {.saga_type = header_of(in, type_header),
                      .saga_id = header_of(in, id_header),
                      .step = header_of(in, step_header),
                      .service = {},
                      .action = header_of(in, action_header),
                      .child = {},
                      .direction = direction_of(in),
                      .attempt = attempt_of(in),
                      .idempotency_key = header_of(in, key_header),
                      .deadline = eventstore::parse_timestamp(header_of(in, deadline_header)),
                      .context = body.value("context", json::object()),
                      .results = body.value("results", json::object())},
            .reply_topic = header_of(in, reply_topic_header)};
}

auto read_reply(const kafka::record& in) -> received_reply
{
    const auto& word = header_of(in, outcome_header);
    auto how = outcome_of(word, in.value);
    if (!how) throw invalid_request("the header annals-outcome is not done, failed, try_again or in_doubt: " + word);
    return {{header_of(in, type_header), header_of(in, key_header), attempt_of(in)}, std::move(*how)};
}

}  // namespace

auto body_of(const request& asked) -> std::string
{
    return eventstore::to_text({{"context", asked.context}, {"results", asked.results}}, "what a step is asked with");
}

auto to_record(const request& asked, const std::string& reply_topic) -> kafka::record
{
    auto headers = identifying_headers(asked);
    headers.push_back({deadline_header, eventstore::to_string(asked.deadline)});
    headers.push_back({reply_topic_header, reply_topic});
    return {asked.saga_id, body_of(asked), std::move(headers)};
}

auto request_from(const kafka::record& in) -> std::expected<received_request, std::string>
{
    try {
        return read_request(in);
    } catch (const invalid_request& problem) {
        return std::unexpected(problem.what());
    }
}

auto to_record(const request& asked, const outcome& how) -> kafka::record
{
    auto headers = identifying_headers(asked);
    headers.push_back({outcome_header, std::string(word_of(how))});
    const auto answer = how.error ? json{{"error", limited_error(*how.error)}} : how.result;
    return {asked.saga_id, answer.is_null() ? "" : eventstore::to_text(answer, "the result"), std::move(headers)};
}

auto reply_from(const kafka::record& in) -> std::expected<received_reply, std::string>
{
    try {
        return read_reply(in);
    } catch (const invalid_request& problem) {
        return std::unexpected(problem.what());
    }
}

}  // namespace annals::sagas
