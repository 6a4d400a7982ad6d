// SPDX-License-Identifier: Apache-2.0
#include <tests/fault/runner/fault_kinds.hpp>

#include <algorithm>
#include <array>

namespace annals::fault_runs {
namespace {

using namespace std::chrono_literals;
using group = fault_kind::group;

/// Leases end after 6 s of silence; what hangs longer belongs to others when it continues.
constexpr auto past_a_lease = 7500ms;

// clang-format off
constexpr auto kinds = std::to_array<fault_kind>({
    {fault::appender_killed,         "appender killed",            6, 0ms, 0ms, group::light},
    {fault::appender_stopped,        "appender stopped",           2, 200ms, 2000ms, group::light},
    {fault::publisher_killed,        "publisher killed",          10, 0ms, 0ms, group::light},
    {fault::publisher_stopped,       "publisher stopped",          3, 200ms, 3000ms, group::light},
    {fault::publisher_hung,          "publisher hung",             4, past_a_lease, past_a_lease + 2s, group::once},
    {fault::worker_killed,           "worker killed",             10, 0ms, 0ms, group::light},
    {fault::worker_stopped,          "worker stopped",             3, 200ms, 3000ms, group::light},
    {fault::worker_hung,             "worker hung",                4, past_a_lease, past_a_lease + 2s, group::once},
    {fault::program_killed,          "program killed",             6, 0ms, 0ms, group::light},
    {fault::program_stopped,         "program stopped",            2, 200ms, 3000ms, group::light},
    {fault::program_hung,            "program hung",               3, past_a_lease, past_a_lease + 2s, group::once},
    {fault::builder_killed,          "builder killed",             8, 0ms, 0ms, group::light},
    {fault::broker_killed,           "broker killed",              4, 300ms, 2000ms, group::broker},
    {fault::broker_restarted,        "broker restarted",           3, 0ms, 500ms, group::broker},
    {fault::broker_stopped,          "broker stopped",             3, 500ms, 4000ms, group::broker},
    {fault::postgres_restarted,      "PostgreSQL restarted",       4, 0ms, 500ms, group::postgres},
    {fault::postgres_aborted,        "PostgreSQL aborted",         4, 0ms, 1000ms, group::postgres},
    {fault::postgres_killed,         "PostgreSQL killed",          4, 0ms, 1000ms, group::postgres},
    {fault::postgres_stopped,        "PostgreSQL stopped",         4, 500ms, 4000ms, group::postgres},
    {fault::sessions_ended,          "sessions ended",             8, 0ms, 0ms, group::light},
    {fault::topic_deleted,           "topic deleted",              2, 0ms, 0ms, group::once},
    {fault::records_deleted,         "records deleted",            4, 0ms, 0ms, group::light},
    {fault::connections_reset,       "connections reset",         10, 0ms, 0ms, group::light},
    {fault::connections_refused,     "connections refused",        4, 300ms, 2500ms, group::light},
    {fault::connections_delayed,     "connections delayed",        4, 500ms, 3000ms, group::light},
    {fault::connections_half_closed, "connections half closed",    6, 0ms, 0ms, group::light},
    {fault::disk_filled,             "disk full",                  2, 500ms, 3000ms, group::once},
    {fault::rebuild_begun,           "rebuild",                    4, 0ms, 0ms, group::act},
    {fault::version_swapped,         "version or roll-back",       2, 0ms, 0ms, group::act},
    {fault::projection_paused,       "pause and resume",           2, 500ms, 3000ms, group::act},
    {fault::parked_retried,          "retry of parked keys",       3, 0ms, 0ms, group::act},
});
// clang-format on

}  // namespace

auto all_fault_kinds() -> std::span<const fault_kind> { return kinds; }

auto kind_of(fault wanted) -> const fault_kind& { return *std::ranges::find(kinds, wanted, &fault_kind::is); }

}  // namespace annals::fault_runs
