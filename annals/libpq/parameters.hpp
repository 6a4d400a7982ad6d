// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/wire.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace annals::libpq {

/// An array in binary form, filled element by element.
class array {
public:
    explicit array(wire::oid element) : element_(element)
    {
        for (const auto word : {1, 1, static_cast<std::int32_t>(element), 0, 1}) wire::put(bytes_, std::int32_t{word});
    }

    template <class T>
    static auto of() -> array
    {
        return array{wire::type<T>::value};
    }

    template <class T>
    void add(const T& value)
    {
        const auto start = bytes_.size();
        wire::put(bytes_, std::int32_t{0});
        wire::put(bytes_, value);
        overwrite(start, static_cast<std::int32_t>(bytes_.size() - start - sizeof(std::int32_t)));
        ++count_;
    }
    template <class T>
    void add(const std::optional<T>& value)
    {
        if (value) return add(*value);
        wire::put(bytes_, std::int32_t{-1});
        ++count_;
    }

    auto size() const -> std::size_t { return static_cast<std::size_t>(count_); }
    auto type() const -> wire::oid;
    auto bytes() && -> std::string
    {
        if (count_ == 0) return empty();
        overwrite(12, count_);
        return std::move(bytes_);
    }

private:
    void overwrite(std::size_t at, std::int32_t value)
    {
        const auto number = wire::big_endian(value);
        std::memcpy(bytes_.data() + at, &number, sizeof number);
    }
    auto empty() const -> std::string;

    wire::oid element_;
    std::int32_t count_ = 0;
    std::string bytes_;                      // dimensions, has nulls, element type, size, lower bound, elements
};

/// The parameters of one statement, $1 first, in binary form.
class parameters {
public:
    /// These values, in this order.
    template <class... Values>
    static auto of(Values&&... values) -> parameters
    {
        parameters all;
        (all.add(std::forward<Values>(values)), ...);
        return all;
    }

    template <class T>
    void add(const T& value)
    {
        std::string bytes;
        wire::put(bytes, value);
        add_bytes(wire::type<T>::value, std::move(bytes));
    }
    void add(const std::string& text) { add(std::string_view(text)); }
    template <class T>
    void add(const std::optional<T>& value)
    {
        if (value) return add(*value);
        types_.push_back(wire::type<T>::value);
        values_.emplace_back();
    }
    void add(array values)
    {
        const auto type = values.type();
        add_bytes(type, std::move(values).bytes());
    }
    void add_json(std::string text) { add_bytes(wire::json, std::move(text)); }

    auto types() const -> const std::vector<wire::oid>& { return types_; }
    auto values() const -> const std::vector<std::optional<std::string>>& { return values_; }

private:
    void add_bytes(wire::oid type, std::string bytes)
    {
        types_.push_back(type);
        values_.emplace_back(std::move(bytes));
    }

    std::vector<wire::oid> types_;
    std::vector<std::optional<std::string>> values_;
};

}  // namespace annals::libpq
