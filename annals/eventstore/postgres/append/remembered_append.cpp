// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/postgres/append/remembered_append.hpp>

namespace annals::eventstore::postgres::remembered {

using namespace libpq;

auto parameters_of(std::string_view category, std::string_view idempotency_key,
                   std::optional<std::string_view> used_for) -> parameters
{
    return parameters::of(category, idempotency_key, used_for);
}

auto decode(const result& rows) -> std::optional<first_use>
{
    if (rows.empty()) return {};
    first_use before{.result = {.streams = {}, .duplicate = true}, .is_same = rows.get<bool>(0, 7)};
    for (int row = 0; row < rows.size(); ++row) {
        const auto category = rows.get<std::string>(row, 0);
        before.result.streams.push_back({.stream = {category, rows.get<std::string>(row, 2)},
                                         .first_version = {rows.get<std::int64_t>(row, 3)},
                                         .last_version = {rows.get<std::int64_t>(row, 4)},
                                         .log = {category, rows.get<std::int32_t>(row, 1)},
                                         .first_position = {rows.get<std::int64_t>(row, 5)},
                                         .last_position = {rows.get<std::int64_t>(row, 6)}});
    }
    return before;
}

auto answer(std::string_view idempotency_key, appended first, bool is_same_use) -> append_result
{
    if (is_same_use) return first;
    const auto& there = first.streams.front();
    return std::unexpected(idempotency_key_reused{std::string(idempotency_key), there.stream, there.first_version});
}

}  // namespace annals::eventstore::postgres::remembered
