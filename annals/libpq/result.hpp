// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/handles.hpp>
#include <annals/libpq/wire.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace annals::libpq {

/// Rows in binary form. Views into it are valid as long as it lives.
class result {
public:
    explicit result(result_handle rows) : rows_(std::move(rows)) {}

    auto size() const -> int { return PQntuples(rows_.get()); }
    auto empty() const -> bool { return size() == 0; }

    auto bytes(int row, int column) const -> std::string_view
    {
        return {PQgetvalue(rows_.get(), row, column), static_cast<std::size_t>(PQgetlength(rows_.get(), row, column))};
    }
    template <class T>
    auto get(int row, int column) const -> T
    {
        return wire::take<T>(bytes(row, column));
    }
    auto is_null(int row, int column) const -> bool { return PQgetisnull(rows_.get(), row, column) != 0; }
    template <class T>
    auto find(int row, int column) const -> std::optional<T>
    {
        if (is_null(row, column)) return {};
        return get<T>(row, column);
    }
    /// An array without nulls.
    template <class T>
    auto list(int row, int column) const -> std::vector<T>
    {
        auto rest = bytes(row, column);
        const auto word = [&] {
            const auto value = wire::take<std::int32_t>(rest.substr(0, 4));
            rest.remove_prefix(4);
            return value;
        };
        std::vector<T> values;
        if (word() == 0) return values;
        word(), word();
        auto left = word();
        word();
        for (values.reserve(static_cast<std::size_t>(left)); left > 0; --left) {
            const auto length = static_cast<std::size_t>(word());
            values.push_back(wire::take<T>(rest.substr(0, length)));
            rest.remove_prefix(length);
        }
        return values;
    }

private:
    result_handle rows_;
};

}  // namespace annals::libpq
