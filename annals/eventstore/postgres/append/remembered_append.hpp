// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/append.hpp>
#include <annals/libpq/parameters.hpp>
#include <annals/libpq/result.hpp>

#include <optional>
#include <string_view>

/// The result of an append with an idempotency key (`annals.idempotency_keys`).
namespace annals::eventstore::postgres::remembered {

/// $3: what the key is used for now; null matches anything.
inline constexpr auto statement = R"sql(
    select l.category, l.partition, k.key, k.first_version, k.last_version, k.first_position, k.last_position,
           coalesce(k.fingerprint = sha256(convert_to($3::text, 'UTF8')), true)
    from annals.idempotency_keys k join annals.logs l using (log)
    where k.category = $1 and k.idempotency_key = $2
    order by k.part)sql";

auto parameters_of(std::string_view category, std::string_view idempotency_key,
                   std::optional<std::string_view> used_for) -> libpq::parameters;

struct first_use {
    appended result;                         ///< marked `duplicate`
    bool is_same = true;                     ///< whether the use is the same as now
};

/// Nothing when there is no row.
auto decode(const libpq::result&) -> std::optional<first_use>;

/// The answer to an append with this key.
auto answer(std::string_view idempotency_key, appended first, bool is_same_use) -> append_result;

}  // namespace annals::eventstore::postgres::remembered
