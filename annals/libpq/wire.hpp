// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/timestamp.hpp>
#include <annals/eventstore/uuid.hpp>

#include <array>
#include <bit>
#include <cassert>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// Values in PostgreSQL's binary form: numbers big-endian, times in microseconds since 2000, text and json as bytes.
namespace annals::libpq::wire {

using oid = std::uint32_t;

/// The type of a value and of an array of them (`pg_type.dat`).
template <class T> struct type;
template <> struct type<bool> {
    static constexpr oid value = 16, array = 1000;
};
template <> struct type<std::int16_t> {
    static constexpr oid value = 21, array = 1005;
};
template <> struct type<std::int32_t> {
    static constexpr oid value = 23, array = 1007;
};
template <> struct type<std::int64_t> {
    static constexpr oid value = 20, array = 1016;
};
template <> struct type<std::string_view> {
    static constexpr oid value = 25, array = 1009;
};
template <> struct type<eventstore::uuid> {
    static constexpr oid value = 2950, array = 2951;
};
template <> struct type<eventstore::timestamp> {
    static constexpr oid value = 1184, array = 1185;
};

inline constexpr oid json = 114;
inline constexpr oid json_array = 199;

inline constexpr std::chrono::microseconds epoch_offset =
    std::chrono::sys_days{std::chrono::January / 1 / 2000} - std::chrono::sys_days{};

template <std::integral T>
auto big_endian(T number) -> T
{
    return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

template <std::integral T>
void put(std::string& out, T number)
{
    const auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(big_endian(number));
    out.append(bytes.data(), bytes.size());
}
inline void put(std::string& out, bool value) { out.push_back(value ? 1 : 0); }
inline void put(std::string& out, std::string_view text) { out.append(text); }
inline void put(std::string& out, const eventstore::uuid& id)
{
    out.append(reinterpret_cast<const char*>(id.data), id.size());
}
inline void put(std::string& out, eventstore::timestamp time)
{
    put(out, std::int64_t{(time.time_since_epoch() - epoch_offset).count()});
}

/// The reverse; `bytes` must have the length of the type.
template <class T>
auto take(std::string_view bytes) -> T
{
    if constexpr (std::same_as<T, bool>) {
        return bytes.at(0) != 0;
    } else if constexpr (std::integral<T> || std::same_as<T, eventstore::uuid>) {
        assert(bytes.size() == sizeof(T));
        T value;
        std::memcpy(&value, bytes.data(), sizeof(T));
        if constexpr (std::integral<T>) value = big_endian(value);
        return value;
    } else if constexpr (std::same_as<T, eventstore::timestamp>) {
        return eventstore::timestamp{std::chrono::microseconds{take<std::int64_t>(bytes)} + epoch_offset};
    } else {
        return T(bytes);
    }
}

}  // namespace annals::libpq::wire
