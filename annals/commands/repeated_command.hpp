// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/commands/execution.hpp>

#include <expected>
#include <optional>
#include <span>
#include <string>

namespace annals::commands {

/// An idempotency key, and what it is used for.
struct key_use {
    std::optional<std::string> idempotency_key;
    std::optional<std::string> used_for;
};

auto use_of(const std::optional<std::string>& idempotency_key, std::span<const command_for>) -> key_use;

/// What was done before under the same idempotency key: earlier by this caller or, at the same moment, by another. Or
/// that the key was used for something else.
auto done_before(eventstore::store&, std::span<const command_for>, const eventstore::append_result& before)
    -> std::expected<accepted_together, refusal>;

}  // namespace annals::commands
