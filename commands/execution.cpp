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

/// An idempotency key, and what it is used for.
struct key_use {
    std::optional<std::string> idempotency_key;
    std::optional<std::string> used_for;
};

auto use_of(const std::optional<std::string>& key, const stream_id& stream, const decider& command) -> key_use
{
    if (!key) return {};
    return {key, to_string(stream) + " " + command.described()};
}

auto request_of(const stream_id& stream, stream_version version, const stored_decision& decision,
                const metadata& origin, const key_use& key) -> append_request
{
    append_request request{.streams = {{stream, expected_version::exactly(version), decision.events}},
                           .resend = false,
                           .idempotency_key = key.idempotency_key,
                           .used_for = key.used_for};
    for (const auto& claim : decision.claims)
        request.streams.push_back({claim.stream, expected_version::no_stream(), {claim.event}});
    add_origin(request.streams, origin);
    return request;
}

auto refused(const idempotency_key_reused& first) -> std::unexpected<refusal>
{
    return std::unexpected(refusal{to_string(rejection(first)), codes::key_reused});
}

/// What was done before under the same idempotency key: by this caller or, at the same moment, another.
auto done_before(store& events, const stream_id& stream, const key_use& key, const append_result& before)
    -> std::expected<accepted, refusal>
{
    if (!before) return refused(std::get<idempotency_key_reused>(before.error()));
    const auto part = std::ranges::find(before->streams, stream, &written::stream);
    if (part == before->streams.end()) {
        const auto& first = before->streams.front();
        return refused({key.idempotency_key.value_or(""), first.stream, first.first_version});
    }
    accepted result{.version = part->last_version, .events = {}, .token = before->token(), .duplicate = true};
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

auto is_of_the_key(const append_result& done) -> bool
{
    return done ? done->duplicate : std::holds_alternative<idempotency_key_reused>(done.error());
}

/// A store that lost its connection and sent again what had happened calls that a duplicate, too.
auto is_its_own(const stored_decision& decision, const accepted& first) -> bool
{
    return std::ranges::equal(decision.events, first.events, {}, &new_event::id);
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
    const auto key = use_of(options.idempotency_key, stream, command);
    if (key.idempotency_key)
        if (const auto before = events.find_appended(stream.category, *key.idempotency_key, key.used_for))
            return done_before(events, stream, key, *before);

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

        const auto done = events.append(request_of(stream, at.version, decision, origin, key));
        if (is_of_the_key(done)) {
            auto first = done_before(events, stream, key, done);
            if (first) first->duplicate = !is_its_own(decision, *first);
            return first;
        }
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
