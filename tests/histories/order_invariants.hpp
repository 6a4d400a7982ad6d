// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/append_invariants.hpp>

/// What must be true of the logs and of their followers. Each function returns one line per violation.
namespace annals::histories {

/// The positions of each log are 1, 2, 3 … without gaps, and each names the same event in every read.
auto g1_a_position_is_one_event(const index&) -> findings;

/// In each log, and in what each follower got, a stream's events are in the order of their versions.
auto g2_logs_keep_the_order_of_streams(const index&) -> findings;

/// A follower gets ever greater positions.
auto g3_followers_go_forward(const index&) -> findings;

/// No event appears before a follower's position: it has got everything up to there.
auto g4_nothing_appears_behind_a_follower(const index&) -> findings;

/// When no client writes any more, every follower reaches the head of every log.
auto g5_followers_reach_the_head(const index&) -> findings;

/// Every event is in the log that its key belongs to.
auto g6_a_key_has_one_log(const index&) -> findings;

/// Within a log, the time of recording never goes back.
auto g7_recording_times_do_not_go_back(const index&) -> findings;

}  // namespace annals::histories
