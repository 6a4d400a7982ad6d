// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/index.hpp>

#include <string>
#include <vector>

/// What must be true of appends and of reads of streams. Each function returns one line per violation.
namespace annals::histories {

using findings = std::vector<std::string>;

/// Every call ends with an answer that the store's interface names: a verdict, `unavailable`, or `invalid_request`.
auto a0_calls_end_as_promised(const index&) -> findings;

/// Every append that was confirmed is in the final log, where its caller was told, with the content that was sent.
auto a1_what_was_confirmed_is_there(const index&) -> findings;

/// Every event of the final log was sent by a client, with this content, and was not refused.
auto a2_what_is_there_was_sent(const index&) -> findings;

/// No id is in the log twice; a client that sends again, or under the same idempotency key, gets the first result.
auto a3_sent_twice_is_there_once(const index&) -> findings;

/// The versions of each stream are 1, 2, 3 … without gaps, at the end and in every read.
auto a4_versions_have_no_gaps(const index&) -> findings;

/// Every confirmed append found what it expected; no two that expected the same version were confirmed.
auto a5_what_was_expected_was_so(const index&) -> findings;

/// Every conflict names a version that the stream really had between the call and its answer, and that fails the check.
auto a6_conflicts_are_justified(const index&) -> findings;

/// An append is in the log whole or not at all, each stream's part in one piece.
auto a7_appends_are_whole(const index&) -> findings;

/// An append that began after another was confirmed comes after it, in each stream and each log.
auto a8_the_order_is_that_of_the_clock(const index&) -> findings;

/// A stored event never changes: every read gives what the final log gives.
auto a9_events_never_change(const index&) -> findings;

/// A read sees everything that was confirmed, or read by any client, before it began.
auto a10_reads_do_not_lag(const index&) -> findings;

/// There is one order of all appends that explains every check, every log, and what ended before what began.
auto a11_one_order_explains_everything(const index&) -> findings;

}  // namespace annals::histories
