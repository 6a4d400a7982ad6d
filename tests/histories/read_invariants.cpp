// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/append_invariants.hpp>
#include <tests/histories/described.hpp>

#include <algorithm>

namespace annals::histories {

using namespace eventstore;

namespace {

auto is_the_same(const recorded_event& one, const recorded_event& other) -> bool
{
    return one.stream == other.stream && one.version == other.version && one.type == other.type
           && one.schema_version == other.schema_version && one.data == other.data && one.metadata == other.metadata
           && one.occurred_at == other.occurred_at && one.recorded_at == other.recorded_at;
}

void judge_read(const index& all, const call& when, const std::vector<recorded_event>& events, findings& found)
{
    for (const auto& event : events) {
        const auto& places = all.with_id(event.id);
        if (std::ranges::none_of(places, [&](const logged* place) { return is_the_same(*place->event, event); }))
            found.push_back("read by " + described(when) + " and otherwise or gone in the end: " + described(event));
    }
}

}  // namespace

auto a9_events_never_change(const index& all) -> findings
{
    findings found;
    for (const auto& read : all.of().stream_reads) judge_read(all, read.when, read.events, found);
    for (const auto& read : all.of().log_reads) judge_read(all, read.when, read.events, found);
    return found;
}

auto a10_reads_do_not_lag(const index& all) -> findings
{
    findings found;
    const auto judge = [&](const call& when, const std::string& what, std::int64_t seen, std::int64_t wanted) {
        if (seen < wanted)
            found.push_back(described(when) + " reads " + what + " up to " + std::to_string(seen) + ", and "
                            + std::to_string(wanted) + " was known before");
    };
    for (const auto& read : all.of().stream_reads) {
        const auto page = read.range.after.number + static_cast<std::int64_t>(read.range.events_max);
        const auto upto = read.range.upto.value_or(stream_version{page}).number;
        const auto seen = read.events.empty() ? read.range.after.number : read.events.back().version.number;
        judge(read.when, to_string(read.stream), seen,
              std::min({page, upto, all.version_known(read.stream, read.when.invoked)}));
    }
    for (const auto& read : all.of().log_reads) {
        const auto page = read.from.position.number + static_cast<std::int64_t>(read.page.events_max);
        const auto seen = read.events.empty() ? read.from.position.number : read.events.back().position.number;
        judge(read.when, to_string(read.from.log), seen,
              std::min(page, all.position_known(read.from.log.partition, read.when.invoked)));
    }
    for (const auto& read : all.of().heads_reads)
        for (std::size_t partition = 0; partition < read.heads.size(); ++partition)
            judge(read.when, "the head of partition " + std::to_string(partition), read.heads[partition].number,
                  all.position_known(static_cast<int>(partition), read.when.invoked));
    return found;
}

}  // namespace annals::histories
