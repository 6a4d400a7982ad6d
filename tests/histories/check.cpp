// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/check.hpp>

#include <tests/histories/order_invariants.hpp>

#include <algorithm>

namespace annals::histories {
namespace {

struct invariant {
    const char* name;
    findings (*check)(const index&);
};

constexpr invariant invariants[] = {
    {"A0", a0_calls_end_as_promised},
    {"A1", a1_what_was_confirmed_is_there},
    {"A2", a2_what_is_there_was_sent},
    {"A3", a3_sent_twice_is_there_once},
    {"A4", a4_versions_have_no_gaps},
    {"A5", a5_what_was_expected_was_so},
    {"A6", a6_conflicts_are_justified},
    {"A7", a7_appends_are_whole},
    {"A8", a8_the_order_is_that_of_the_clock},
    {"A9", a9_events_never_change},
    {"A10", a10_reads_do_not_lag},
    {"A11", a11_one_order_explains_everything},
    {"G1", g1_a_position_is_one_event},
    {"G2", g2_logs_keep_the_order_of_streams},
    {"G3", g3_followers_go_forward},
    {"G4", g4_nothing_appears_behind_a_follower},
    {"G5", g5_followers_reach_the_head},
    {"G6", g6_a_key_has_one_log},
    {"G7", g7_recording_times_do_not_go_back},
};

constexpr std::size_t shown_max = 3;

}  // namespace

auto check(const history& all) -> report
{
    const index looked_up(all);
    report found;
    for (const auto& [name, holds] : invariants) {
        const auto lines = holds(looked_up);
        if (lines.empty()) continue;
        found.broken.insert(name);
        for (std::size_t i = 0; i < std::min(lines.size(), shown_max); ++i)
            found.text += std::string(name) + ": " + lines[i] + "\n";
        if (lines.size() > shown_max)
            found.text += std::string(name) + ": and " + std::to_string(lines.size() - shown_max) + " more\n";
    }
    return found;
}

}  // namespace annals::histories
