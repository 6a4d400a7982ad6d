// SPDX-License-Identifier: Apache-2.0
#include <eventstore/postgres/remembered_append.hpp>

namespace annals::eventstore::postgres::remembered {

auto parameters_of(std::string_view category, std::string_view idempotency_key) -> parameters
{
    return parameters::of(category, idempotency_key);
}

auto decode(const result& rows) -> std::optional<appended>
{
    if (rows.empty()) return {};
    appended before{.streams = {}, .duplicate = true};
    for (int row = 0; row < rows.size(); ++row) {
        const auto category = rows.get<std::string>(row, 0);
        before.streams.push_back({.stream = {category, rows.get<std::string>(row, 2)},
                                  .first_version = {rows.get<std::int64_t>(row, 3)},
                                  .last_version = {rows.get<std::int64_t>(row, 4)},
                                  .log = {category, rows.get<std::int32_t>(row, 1)},
                                  .first_position = {rows.get<std::int64_t>(row, 5)},
                                  .last_position = {rows.get<std::int64_t>(row, 6)}});
    }
    return before;
}

}  // namespace annals::eventstore::postgres::remembered
