// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/execution.hpp>

#include <annals/commands/state_loader.hpp>
#include <annals/commands/stream_turn.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/origin.hpp>
#include <annals/eventstore/reading.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace annals::commands {
namespace {

using namespace eventstore;

#ifdef NDEBUG
constexpr bool tries_to_fold = false;
#else
constexpr bool tries_to_fold = true;
#endif

/// An idempotency key, and what it is used for.
struct key_use {
    std::optional<std::string> idempotency_key;
    std::optional<std::string> used_for;
};

auto use_of(const std::optional<std::string>& key, const stream_id& stream, const erased_command& command) -> key_use
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
    set_origin(request.streams, origin);
    return request;
}

auto refused(const idempotency_key_reused& first) -> std::unexpected<refusal>
{
    return std::unexpected(refusal{to_string(rejection(first)), codes::key_reused});
}

/// For a decision with nothing but claims, which does not change the aggregate's own stream.
auto only_claimed_before(store& events, const stream_id& stream, const appended& before) -> accepted
{
    const auto last = events.read(stream, {.after = {}, .upto = {}, .events_max = 1, .order = direction::backwards});
    return {.version = last.empty() ? stream_version{} : last.front().version,
            .events = {},
            .token = before.token(),
            .duplicate = true};
}

/// What was done before under the same idempotency key: earlier by this caller or, at the same moment, by another.
auto done_before(store& events, const stream_id& stream, const key_use& key, const append_result& before)
    -> std::expected<accepted, refusal>
{
    if (!before) return refused(std::get<idempotency_key_reused>(before.error()));
    const auto part = std::ranges::find(before->streams, stream, &written::stream);
    if (part == before->streams.end()) {
        const auto& first = before->streams.front();
        if (!key.idempotency_key || first.stream.category != stream.category)
            return only_claimed_before(events, stream, *before);
        return refused({key.idempotency_key.value_or(""), first.stream, first.first_version});
    }
    accepted result{.version = part->last_version, .events = {}, .token = before->token(), .duplicate = true};
    for (const auto& event : events_of(events, stream, {.after = part->first_version - 1, .upto = part->last_version}))
        result.events.push_back(event.id);
    return result;
}

/// A decision with nothing but claims does not change the aggregate's own stream.
auto done_now(const stored_decision& decision, stream_version before, const appended& done) -> accepted
{
    accepted result{.version = before + std::ssize(decision.events), .events = {}, .token = done.token()};
    for (const auto& event : decision.events) result.events.push_back(event.id);
    return result;
}

auto is_of_the_key(const append_result& done) -> bool
{
    return done ? done->duplicate : std::holds_alternative<idempotency_key_reused>(done.error());
}

/// The store also reports a duplicate when it lost its connection and sent again an append that had happened.
auto is_its_own(const stored_decision& decision, const accepted& first) -> bool
{
    return std::ranges::equal(decision.events, first.events, {}, &new_event::id);
}

/// The refusal of the claim that failed. Nothing when the aggregate's own stream has changed, which counts first.
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

/// Done before an append, so that a fact that cannot be folded fails now and not in the next command.
void try_to_fold(const stream_id& stream, const versioned_state& at, const std::vector<new_event>& events)
{
    const auto next = at.value->copy();
    auto version = at.version;
    for (const auto& event : events) {
        ++version;
        try {
            next->evolve(as_recorded(event, stream, version));
        } catch (const std::exception& problem) {
            throw invalid_request("nothing is recorded: " + event.type + " could not be folded into "
                                  + to_string(stream) + " afterwards: " + problem.what());
        }
    }
}

/// Another process was faster. Retries immediately the first time, then after longer and random pauses, so that the
/// processes do not collide again.
void wait_after(int conflicts)
{
    if (conflicts < 2) return;
    constexpr int doublings_max = 5;
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto most = std::chrono::microseconds{1000} * (1 << std::min(conflicts - 2, doublings_max));
    std::this_thread::sleep_for(most * std::uniform_real_distribution<>{}(random));
}

auto nothing_to_do(const stream_id& stream, const versioned_state& at) -> accepted
{
    accepted result{.version = at.version, .events = {}, .token = {}};
    if (at.version.number > 0) result.token.include({stream.category, at.partition}, at.position);
    return result;
}

/// A decision that writes nothing is never compared with the log by an append. So it is taken on a verified state.
auto decide(const erased_command& command, state_loader& loader, versioned_state& at) -> stored_decision
{
    auto decision = command.decide(*at.value);
    if (decision.writes() || loader.is_verified()) return decision;
    loader.read_on(at);
    return command.decide(*at.value);
}

}  // namespace

auto execute(store& events, const stream_id& stream, const erased_command& command, const metadata& origin,
             const handle_options& options) -> std::expected<accepted, refusal>
{
    check_name(stream);
    const auto key = use_of(options.idempotency_key, stream, command);
    if (key.idempotency_key)
        if (const auto before = events.find_appended(stream.category, *key.idempotency_key, key.used_for))
            return done_before(events, stream, key, *before);

    const stream_turn turn(events, stream);
    state_loader loader(events, stream, command.type(), options.cache, options.snapshots);
    auto at = loader.begin();
    for (int attempt = 0; attempt < options.attempts_max; ++attempt) {
        auto decision = decide(command, loader, at);
        if (!decision.writes()) {
            loader.keep(at);
            if (decision.refused) return std::unexpected(*std::move(decision.refused));
            return nothing_to_do(stream, at);
        }

        if constexpr (tries_to_fold) try_to_fold(stream, at, decision.events);
        const auto done = events.append(request_of(stream, at.version, decision, origin, key));
        if (is_of_the_key(done)) {
            auto first = done_before(events, stream, key, done);
            if (first) first->duplicate = !is_its_own(decision, *first);
            return first;
        }
        if (done) {
            if (decision.events.empty()) loader.keep(at);
            else loader.keep(at, decision.events, done->streams.front());
            return done_now(decision, at.version, *done);
        }
        if (auto claimed = failed_claim(stream, decision.claims, done.error()))
            return std::unexpected(*std::move(claimed));
        wait_after(attempt + 1);
        loader.read_on(at);
        at.contended = true;
    }
    return std::unexpected(refusal{"others changed " + to_string(stream) + " at each of "
                                       + std::to_string(options.attempts_max) + " attempts: try again",
                                   codes::contended});
}

}  // namespace annals::commands
