// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/sagas/orchestrator/storable_outcome.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Outcomes as other services write them.
namespace annals::sagas {

/// The text that an answer has under `error`, or the whole answer when it is something else.
auto error_in(std::string_view answer) -> std::string;

/// How an outcome is called where it is written: done, failed, try_again, in_doubt.
auto word_of(const outcome&) -> std::string_view;

/// The outcome that is called so, with its result or error in the answer. Nothing for another word.
auto outcome_of(std::string_view word, std::string_view answer) -> std::optional<outcome>;

/// `done` with the result in this text: JSON, or nothing. What cannot be stored leaves the attempt in doubt: it is
/// done, but nobody may count on it.
auto done_with(std::string_view result) -> outcome;

/// Why this result cannot be that of a step; nothing when it can.
auto fault_of_result(std::string_view text) -> std::optional<std::string>;

}  // namespace annals::sagas
