// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/halted_logs.hpp>

#include <annals/telemetry/log.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace annals::kafka {

using namespace eventstore;

namespace {

using namespace std::chrono_literals;
using telemetry::level;

constexpr auto delay_max = 15'000ms;
constexpr auto remembered_for = 10min;

auto delay_after(int attempts) -> std::chrono::milliseconds
{
    return std::min<std::chrono::milliseconds>(delay_max, 1000ms * (1 << std::min(attempts - 1, 4)));
}

}  // namespace

void halted_logs::add(const led_log& log, const obstacle& why, found in)
{
    auto& halted = halted_[log.log];
    if (halted.attempts == 0)
        if (const auto before = before_.find(log.log);
            before != before_.end() && clock::now() - before->second.second < remembered_for)
            halted.attempts = before->second.first;
    if (halted.why != why) halted.is_said = false;
    halted.log = log;
    halted.why = why;
    halted.in = in;
    ++halted.attempts;
    halted.next = clock::now() + delay_after(halted.attempts);
    changed_.insert(log.log);
    over_.erase(log.log);
}

auto halted_logs::is_due(const log_id& log) const -> bool
{
    const auto halted = halted_.find(log);
    return halted == halted_.end() || clock::now() >= halted->second.next;
}

auto halted_logs::probation(const log_id& log) const -> std::chrono::milliseconds
{
    const auto halted = halted_.find(log);
    if (halted == halted_.end() || halted->second.in == found::before_publishing) return 0ms;
    return delay_after(halted->second.attempts);
}

void halted_logs::end(const log_id& log)
{
    over_.insert(log);
    changed_.erase(log);
    const auto halted = halted_.find(log);
    if (halted == halted_.end()) return;
    before_[log] = {halted->second.attempts, clock::now()};
    if (halted->second.is_said) ++over_said_[log.category];
    halted_.erase(halted);
}

void halted_logs::keep_only(const std::map<log_id, led_log>& led)
{
    const auto is_gone = [&](const log_id& log) { return !led.contains(log); };
    std::erase_if(halted_, [&](const auto& halted) { return is_gone(halted.first); });
    std::erase_if(changed_, is_gone);
    std::erase_if(over_, is_gone);
}

void halted_logs::tell()
{
    if (changed_.empty() && over_.empty()) return;
    say_halted();
    say_over();
    std::vector<publication_halt> halts;
    for (const auto& log : changed_) {
        const auto& halted = halted_.at(log);
        halts.push_back({log, halted.why.reason, halted.why.to_do, halted.attempts});
    }
    ledger_.note_halts(halts, std::vector(over_.begin(), over_.end()));
    changed_.clear();
    over_.clear();
}

/// Logs of one topic that are halted for the same reason share one log line.
void halted_logs::say_halted()
{
    std::map<std::pair<std::string, std::string>, std::vector<halted_log*>> by_reason;
    for (auto& [log, halted] : halted_)
        if (!halted.is_said) by_reason[{log.category, halted.why.reason}].push_back(&halted);
    for (auto& [reason, logs] : by_reason) {
        const auto& first = *logs.front();
        std::vector<telemetry::field> fields{{"category", reason.first}};
        if (logs.size() == 1) fields.emplace_back("log", to_string(first.log.log));
        else fields.emplace_back("logs", logs.size());
        if (!first.why.error.empty()) fields.emplace_back("error", first.why.error);
        fields.emplace_back("problem", first.why.reason);
        fields.emplace_back("to_do", first.why.to_do);
        telemetry::log(level::error, "publishing is halted", fields);
        for (auto* log : logs) log->is_said = true;
    }
}

void halted_logs::say_over()
{
    for (const auto& [category, logs] : std::exchange(over_said_, {}))
        telemetry::log(level::info, "published again", {{"category", category}, {"logs", logs}});
}

}  // namespace annals::kafka
