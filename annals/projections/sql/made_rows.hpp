// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/projections/confined_schema.hpp>

#include <pqxx/pqxx>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace annals::projections {

/// What a trial made of a sample of events, for people to look at.
struct made_table {
    std::string name;
    std::vector<std::string> columns;        ///< the first fifty
    std::int64_t rows = 0;
    std::vector<std::vector<std::optional<std::string>>> first;  ///< values as PostgreSQL writes them, in no order
};

/// The tables of a trial's schema that analysts would see, with up to `rows_max` rows of each.
auto made_tables(pqxx::transaction_base&, const confined_schema&, std::size_t rows_max) -> std::vector<made_table>;

}  // namespace annals::projections
