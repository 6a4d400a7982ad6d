// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/commands/given.hpp>
#include <annals/projections/given.hpp>
#include <annals/projections/table/table.hpp>
#include <annals/testing/managed.hpp>
#include <annals/testing/on.hpp>
#include <annals/testing/projected.hpp>

#include <concepts>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Tests of aggregates, read models and process managers: given what happened, then this. Each `then` throws where it
/// does not hold; the message begins with the line of the test. No test library is needed.
namespace annals::testing {

/// An aggregate: `given<parcel>(past…).when(command).then(facts…)`.
using commands::given;

namespace detail {

template <class Model, class Past>
consteval auto sees() -> bool
{
    if constexpr (std::same_as<Past, past>) return true;  // as in a log, it may hold what the model does not list
    else return projections::detail::takes<Model, Past>();
}

template <class... Pasts>
auto history_of(const std::string& category, const Pasts&... pasts) -> std::vector<eventstore::recorded_event>
{
    history all({category, "S-1"});
    (all.add(pasts), ...);
    return std::move(all).events();
}

}  // namespace detail

/// A view, without a database: `given<card>(on<customer>("C-1", joined{…}), on<bike>("B-1", rented{…}).at(noon))`, and
/// then its rows, `.then("C-1", card{…})`. Everything comes in the order written, a second apart where no time is
/// given. Facts alone are of one stream, "S-1" of the view's first category.
template <projections::meant_as_read_model View, class... Pasts>
    requires(!projections::detail::meant_as_table<View>)
auto given(const Pasts&... pasts) -> projections::folded<View>
{
    projections::folded<View> result;
    if constexpr (projections::detail::is_view<View>())
        if constexpr ((true & ... & detail::sees<View, Pasts>()))
            for (const auto& event : detail::history_of(View::header.categories.split().front(), pasts...))
                result.take(event);
    return result;
}

/// A table, on a temporary database: the same, and then `.then_rows("select … from worklist", {{"S-1", "blood"}})`.
template <projections::meant_as_read_model Table, class... Pasts>
    requires projections::detail::meant_as_table<Table>
auto given(const Pasts&... pasts) -> projected
{
    if constexpr (projections::detail::is_table<Table>()) {
        if constexpr ((true & ... & detail::sees<Table, Pasts>()))
            return {projections::definition_of_table<Table>(), std::make_shared<projections::table<Table>>(),
                    detail::history_of(Table::header.categories.split().front(), pasts...)};
    }
    std::terminate();
}

/// An SQL projection, on a temporary database: `given_sql("sample_counts.sql", on<sample>("S-1", sample_created{…}))`.
/// Throws `projections::bad_file`, or `invalid_request` when there is no such file.
template <class... Pasts>
auto given_sql(const std::filesystem::path& file, const Pasts&... pasts) -> projected
{
    const auto [definition, processor] = detail::read_sql(file);
    return {definition, processor, detail::history_of(definition.categories.front(), pasts...)};
}

}  // namespace annals::testing
