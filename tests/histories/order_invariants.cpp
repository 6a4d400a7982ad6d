// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/order_invariants.hpp>

#include <annals/eventstore/partition.hpp>
#include <tests/histories/described.hpp>

#include <set>

namespace annals::histories {

using namespace eventstore;

namespace {

using events = std::vector<recorded_event>;

void judge_versions(const events& given, const std::string& where, findings& found)
{
    std::map<stream_id, stream_version> last;
    for (const auto& event : given) {
        if (event.version <= last[event.stream]) found.push_back(where + " has too late: " + described(event));
        last[event.stream] = event.version;
    }
}

/// How far a follower has come, by partition.
auto ends_of(const events& given) -> std::map<int, log_position>
{
    std::map<int, log_position> ends;
    for (const auto& event : given) ends[event.partition] = std::max(ends[event.partition], event.position);
    return ends;
}

}  // namespace

auto g1_a_position_is_one_event(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.logs())
        for (std::size_t i = 0; i < log.size(); ++i)
            if (log[i].event->position.number != static_cast<std::int64_t>(i + 1))
                found.push_back("not position " + std::to_string(i + 1) + ": " + described(*log[i].event));
    const auto judge = [&](const call& when, const events& read) {
        for (const auto& event : read)
            if (const auto* const place = all.at(event.partition, event.position);
                !place || place->event->id != event.id)
                found.push_back("read by " + described(when) + ", and another or none in the end: " + described(event));
    };
    for (const auto& read : all.of().stream_reads) judge(read.when, read.events);
    for (const auto& read : all.of().log_reads) judge(read.when, read.events);
    return found;
}

auto g2_logs_keep_the_order_of_streams(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.of().logs) judge_versions(log, "a log", found);
    for (const auto& read : all.of().log_reads) judge_versions(read.events, "a read", found);
    for (const auto& given : all.of().followers) judge_versions(given, "a follower", found);
    return found;
}

auto g3_followers_go_forward(const index& all) -> findings
{
    findings found;
    for (const auto& given : all.of().followers) {
        std::map<int, log_position> at;
        for (const auto& event : given) {
            auto& position = at[event.partition];
            if (event.position <= position)
                found.push_back("given after position " + std::to_string(position.number) + ": " + described(event));
            position = event.position;
        }
    }
    return found;
}

auto g4_nothing_appears_behind_a_follower(const index& all) -> findings
{
    findings found;
    for (const auto& given : all.of().followers) {
        std::set<uuid> ids;
        for (const auto& event : given) ids.insert(event.id);
        for (const auto& [partition, end] : ends_of(given)) {
            if (static_cast<std::size_t>(partition) >= all.logs().size()) continue;
            for (const auto& one : all.logs()[static_cast<std::size_t>(partition)])
                if (one.event->position <= end && !ids.contains(one.event->id))
                    found.push_back("a follower at " + std::to_string(end.number) + " was never given "
                                    + described(*one.event));
        }
    }
    return found;
}

auto g5_followers_reach_the_head(const index& all) -> findings
{
    findings found;
    for (const auto& given : all.of().followers) {
        auto ends = ends_of(given);
        for (std::size_t partition = 0; partition < all.logs().size(); ++partition) {
            const auto& log = all.of().logs[partition];
            const auto end = ends[static_cast<int>(partition)];
            if (!log.empty() && end < log.back().position)
                found.push_back("a follower of partition " + std::to_string(partition) + " ends at "
                                + std::to_string(end.number) + ", the log at "
                                + std::to_string(log.back().position.number));
        }
    }
    return found;
}

auto g6_a_key_has_one_log(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.of().logs)
        for (const auto& event : log)
            if (event.partition != partition_of(event.stream.key, all.of().category.partitions))
                found.push_back("in a log that is not its key's: " + described(event));
    return found;
}

auto g7_recording_times_do_not_go_back(const index& all) -> findings
{
    findings found;
    for (const auto& log : all.of().logs)
        for (std::size_t i = 1; i < log.size(); ++i)
            if (log[i].recorded_at < log[i - 1].recorded_at)
                found.push_back("recorded before the event in front of it: " + described(log[i]));
    return found;
}

}  // namespace annals::histories
