// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/unexpected.hpp>
#include <annals/processors/processor.hpp>
#include <annals/projections/definition.hpp>

#include <pqxx/pqxx>

#include <concepts>
#include <filesystem>
#include <memory>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace annals::testing {

/// A test expected other rows, or what was given could not be applied. The message begins with the test's line.
class unexpected_rows : public facts::unexpected {
public:
    using facts::unexpected::unexpected;
};

/// A value of a row as PostgreSQL writes it; `nullptr` is null.
struct cell {
    cell(std::nullptr_t) {}
    cell(const char* value) : text(value) {}
    cell(std::string value) : text(std::move(value)) {}
    cell(std::string_view value) : text(value) {}
    cell(bool value) : text(value ? "t" : "f") {}
    template <std::integral Whole>
    cell(Whole value) : text(std::to_string(value))
    {}
    cell(double value);

    auto operator<=>(const cell&) const = default;

    std::optional<std::string> text;
};
using row = std::vector<cell>;

/// A table or an SQL projection after what was given. It is registered in a temporary database and applied by the
/// code that a worker runs, once event by event and once all together; a difference between the two is reported.
/// Nothing is committed. For one thread at a time.
class projected {
public:
    using place = std::source_location;

    projected(projections::definition, std::shared_ptr<processors::processor>, std::vector<eventstore::recorded_event>);

    /// The query gives these rows, in any order, and no others: `then_rows("select * from worklist", {{"S-1", 2}})`.
    /// Throws `unexpected_rows`.
    auto then_rows(const std::string& query, const std::vector<row>& expected, place where = place::current()) const
        -> const projected&;

    /// For checks of one's own; what is written here is not kept. Throws `unexpected_rows` when what was given cannot
    /// be applied.
    auto transaction(place where = place::current()) const -> pqxx::transaction_base&;

private:
    class model;

    std::shared_ptr<model> model_;
};

namespace detail {

struct sql_model {
    projections::definition definition;
    std::shared_ptr<processors::processor> processor;
};
auto read_sql(const std::filesystem::path&) -> sql_model;

}  // namespace detail
}  // namespace annals::testing
