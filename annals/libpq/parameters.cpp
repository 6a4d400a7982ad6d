// SPDX-License-Identifier: Apache-2.0
#include <annals/libpq/parameters.hpp>

#include <utility>

namespace annals::libpq {

using namespace eventstore;

namespace {

template <class... T>
auto array_of(wire::oid element) -> wire::oid
{
    wire::oid found = wire::json_array;
    ((element == wire::type<T>::value ? void(found = wire::type<T>::array) : void()), ...);
    return found;
}

}  // namespace

auto array::type() const -> wire::oid
{
    return array_of<bool, std::int16_t, std::int32_t, std::int64_t, std::string_view, uuid, timestamp>(element_);
}

auto array::empty() const -> std::string
{
    std::string bytes;
    for (const auto word : {0, 0, static_cast<std::int32_t>(element_)}) wire::put(bytes, std::int32_t{word});
    return bytes;
}

}  // namespace annals::libpq
