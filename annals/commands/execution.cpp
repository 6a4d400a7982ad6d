// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/execution.hpp>

#include <annals/commands/command_streams.hpp>
#include <annals/commands/repeated_command.hpp>
#include <annals/commands/stream_turn.hpp>
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace annals::commands {
namespace {

using namespace eventstore;

auto streams_of(std::span<const command_for> commands) -> std::vector<const stream_id*>
{
    if (commands.empty()) throw invalid_request("there is no command to carry out");
    std::vector<const stream_id*> streams;
    for (const auto& one : commands) {
        check_name(one.stream);
        streams.push_back(&one.stream);
    }
    return streams;
}

auto is_of_the_key(const append_result& done) -> bool
{
    return done ? done->duplicate : std::holds_alternative<idempotency_key_reused>(done.error());
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

auto contended(const conflict& last, int attempts) -> refusal
{
    std::string streams;
    for (const auto& check : last.failed) streams += (streams.empty() ? "" : ", ") + to_string(check.stream);
    return refuse("others changed " + streams + " at each of " + std::to_string(attempts) + " attempts: try again",
                  codes::contended);
}

}  // namespace

auto execute(store& events, std::span<const command_for> commands, const metadata& origin,
             const handle_options& options) -> std::expected<accepted_together, refusal>
{
    const auto names = streams_of(commands);
    const auto key = use_of(options.idempotency_key, commands);
    if (key.idempotency_key)
        if (const auto before = events.find_appended(names.front()->category, *key.idempotency_key, key.used_for))
            return done_before(events, commands, *before);

    const stream_turn turn(events, names);
    command_streams streams(events, commands, origin, options);
    context at{.now = {}, .metadata = origin, .idempotency_key = options.idempotency_key};
    conflict last;
    for (int attempt = 1; attempt <= options.attempts_max; ++attempt) {
        at.now = now();
        auto refused = streams.decide(at);
        if (refused || !streams.writes()) {
            streams.keep();
            if (refused) return std::unexpected(*std::move(refused));
            return streams.nothing_done();
        }
        const auto done = events.append(streams.request(key));
        if (is_of_the_key(done)) {
            auto first = done_before(events, commands, done);
            if (first) first->duplicate = !streams.is_own(*done);
            return first;
        }
        if (done) {
            streams.keep(*done);
            return streams.done(*done);
        }
        const auto* const found = std::get_if<conflict>(&done.error());
        if (!found) throw error(to_string(done.error()));
        if (auto claimed = streams.refused_claim(*found)) return std::unexpected(*std::move(claimed));
        last = *found;
        wait_after(attempt);
        streams.read_on(*found);
    }
    return std::unexpected(contended(last, options.attempts_max));
}

}  // namespace annals::commands
