// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/libpq/parameters.hpp>

#include <pqxx/pqxx>

#include <cstddef>

namespace annals::eventstore::postgres {

/// Adds binary parameters to those of a statement of libpqxx; `values` must live until it was sent. They reach the
/// server without a type: the statement must give each one.
inline void add_to(pqxx::params& all, const libpq::parameters& values)
{
    for (const auto& value : values.values())
        all.append(pqxx::bytes_view{reinterpret_cast<const std::byte*>(value->data()), value->size()});
}

/// The same alone.
inline auto as_pqxx(const libpq::parameters& values) -> pqxx::params
{
    pqxx::params all;
    add_to(all, values);
    return all;
}

}  // namespace annals::eventstore::postgres
