// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/append.hpp>
#include <eventstore/postgres/parameters.hpp>
#include <eventstore/postgres/result.hpp>

#include <optional>
#include <string_view>

/// What an append with an idempotency key led to (`annals.idempotency_keys`).
namespace annals::eventstore::postgres::remembered {

inline constexpr auto statement = R"sql(
    select l.category, l.partition, k.key, k.first_version, k.last_version, k.first_position, k.last_position
    from annals.idempotency_keys k join annals.logs l using (log)
    where k.category = $1 and k.idempotency_key = $2
    order by k.part)sql";

auto parameters_of(std::string_view category, std::string_view idempotency_key) -> parameters;

/// Marked `duplicate`; nothing when there is no row.
auto decode(const result&) -> std::optional<appended>;

}  // namespace annals::eventstore::postgres::remembered
