// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/append.hpp>
#include <eventstore/postgres/parameters.hpp>
#include <eventstore/postgres/result.hpp>

#include <optional>
#include <string_view>

/// What an append with an idempotency key led to (`annals.idempotency_keys`).
namespace annals::eventstore::postgres::remembered {

/// $3: what the key is used for now; null passes for the same.
inline constexpr auto statement = R"sql(
    select l.category, l.partition, k.key, k.first_version, k.last_version, k.first_position, k.last_position,
           coalesce(k.fingerprint = sha256(convert_to($3::text, 'UTF8')), true)
    from annals.idempotency_keys k join annals.logs l using (log)
    where k.category = $1 and k.idempotency_key = $2
    order by k.part)sql";

auto parameters_of(std::string_view category, std::string_view idempotency_key,
                   std::optional<std::string_view> used_for) -> parameters;

struct first_use {
    appended result;                         ///< marked `duplicate`
    bool is_same = true;                     ///< as what it is used for now
};

/// Nothing when there is no row.
auto decode(const result&) -> std::optional<first_use>;

/// What an append under the key is told.
auto answer(std::string_view idempotency_key, appended first, bool is_same_use) -> append_result;

}  // namespace annals::eventstore::postgres::remembered
