// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/append_invariants.hpp>

/// What must hold of the logs and of who follows them. Each function returns one line for each time that it does not.
namespace annals::histories {

/// The positions of each log are 1, 2, 3 … without holes, and each names the same event in every read.
auto g1_a_position_is_one_event(const index&) -> findings;

/// In each log, and in what each follower was given, a stream's events stand in the order of their versions.
auto g2_logs_keep_the_order_of_streams(const index&) -> findings;

/// What a follower is given has ever greater positions.
auto g3_followers_go_forward(const index&) -> findings;

/// No event appears behind a follower: it was given everything up to where it is.
auto g4_nothing_appears_behind_a_follower(const index&) -> findings;

/// When all is quiet again, every follower is at the head of every log.
auto g5_followers_reach_the_head(const index&) -> findings;

/// Every event is in the log that its key belongs to.
auto g6_a_key_has_one_log(const index&) -> findings;

/// Within a log, the time of recording never goes back.
auto g7_recording_times_do_not_go_back(const index&) -> findings;

}  // namespace annals::histories
