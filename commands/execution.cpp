// SPDX-License-Identifier: Apache-2.0
#include <commands/execution.hpp>

#include <commands/recall.hpp>
#include <eventstore/errors.hpp>
#include <eventstore/limits.hpp>
#include <eventstore/metadata_codec.hpp>
#include <eventstore/reading.hpp>

#include <algorithm>

namespace annals::commands {
namespace {

using namespace eventstore;

void add_origin(std::vector<stream_append>& streams, metadata origin)
{
    if (origin.correlation_id.empty()) origin.correlation_id = to_string(streams.front().events.front().id);
    const auto stored = encode(origin);
    for (auto& part : streams)
        for (auto& event : part.events) {
            event.metadata = stored;
            event.occurred_at = origin.occurred_at;
        }
}

auto request_of(const stream_id& stream, stream_version version, const stored_decision& decision,
                const metadata& origin, const handle_options& options) -> append_request
{
    append_request request{.streams = {{stream, expected_version::exactly(version), decision.events}},
                           .resend = false,
                           .idempotency_key = options.idempotency_key};
    for (const auto& claim : decision.claims)
        request.streams.push_back({claim.stream, expected_version::no_stream(), {claim.event}});
    add_origin(request.streams, origin);
    return request;
}

/// An append that was done before, under the same idempotency key: by this caller or, at the same moment, another.
auto done_before(store& events, const stream_id& stream, const appended& before) -> accepted
{
    const auto part = std::ranges::find(before.streams, stream, &written::stream);
    if (part == before.streams.end())
        throw invalid_request("the idempotency key was used for " + to_string(before.streams.front().stream)
                              + " before: it cannot be used for " + to_string(stream));
    accepted result{.version = part->last_version, .events = {}, .token = before.token()};
    for (const auto& event :
         events_of(events, stream, {.after = {part->first_version.number - 1}, .upto = part->last_version}))
        result.events.push_back(event.id);
    return result;
}

auto done_now(const stored_decision& decision, const appended& done) -> accepted
{
    accepted result{.version = done.streams.front().last_version, .events = {}, .token = done.token()};
    for (const auto& event : decision.events) result.events.push_back(event.id);
    return result;
}

/// The refusal of the claim that failed; nothing when the aggregate's own stream moved on, which comes first.
auto failed_claim(const stream_id& own, const std::vector<claim>& claims, const rejection& why)
    -> std::optional<refusal>
{
    const auto* const found = std::get_if<conflict>(&why);
    if (!found) throw error(to_string(why));
    std::optional<refusal> answer;
    for (const auto& check : found->failed) {
        if (check.stream == own) return std::nullopt;
        const auto claimed = std::ranges::find(claims, check.stream, &claim::stream);
        if (!answer && claimed != claims.end()) answer = claimed->otherwise;
    }
    return answer;
}

auto nothing_to_do(const stream_id& stream, const known_state& at) -> accepted
{
    accepted result{.version = at.version, .events = {}, .token = {}};
    if (at.version.number > 0) result.token.include({stream.category, at.partition}, at.position);
    return result;
}

}  // namespace

auto execute(store& events, const stream_id& stream, const decider& command, const metadata& origin,
             const handle_options& options) -> std::expected<accepted, refusal>
{
    check_name(stream);
    if (options.idempotency_key)
        if (const auto before = events.find_appended(stream.category, *options.idempotency_key))
            return done_before(events, stream, *before);

    recall memory(events, stream, command.type(), options.cache, options.snapshots);
    auto at = memory.begin();
    for (int attempt = 0; attempt < options.attempts_max; ++attempt) {
        auto decision = command.decide(*at.value);
        if (!memory.is_verified() && !decision.writes()) {
            memory.read_on(at);
            decision = command.decide(*at.value);
        }
        if (!decision.writes()) {
            memory.keep(at);
            if (decision.refused) return std::unexpected(*std::move(decision.refused));
            return nothing_to_do(stream, at);
        }

        const auto done = events.append(request_of(stream, at.version, decision, origin, options));
        if (done && done->duplicate) return done_before(events, stream, *done);
        if (done) {
            memory.keep(at, decision.events, done->streams.front());
            return done_now(decision, *done);
        }
        if (auto claimed = failed_claim(stream, decision.claims, done.error()))
            return std::unexpected(*std::move(claimed));
        memory.read_on(at);
        at.contended = true;
    }
    return std::unexpected(refusal{"others changed " + to_string(stream) + " at each of "
                                       + std::to_string(options.attempts_max) + " attempts: try again",
                                   codes::contended});
}

}  // namespace annals::commands
