// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/facts.hpp>
#include <annals/projections/view/view_definition.hpp>

#include <pqxx/pqxx>

#include <string>

namespace annals::projections {

namespace detail {

template <class Table>
concept has_ddl = requires {
    { Table::ddl } -> std::convertible_to<std::string_view>;
};
template <class Table, class Fact>
concept projects_fact = requires(const Table& table, const Fact& fact, const recorded_event& at,
                                 pqxx::transaction_base& tx) { table.project(fact, at, tx); };

/// Written as a table, complete or not: it says how it is created, or writes rows for an event.
template <class T>
concept meant_as_table = has_ddl<T> || []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
    return (projects_fact<T, Facts> || ...);
}(std::type_identity<typename T::event>{});

template <class Table, class Fact>
consteval auto projects() -> bool
{
    constexpr bool stored = facts::fact<Fact>;
    static_assert(stored, "annals: this event of the table has no stored name: write ANNALS_EVENT below its struct");
    constexpr bool there = projects_fact<Table, Fact>;
    static_assert(there,
                  "annals: the table lacks a function for this event: "
                  "void project(const Fact&, const eventstore::recorded_event& at, pqxx::transaction_base& tx) const");
    return stored && there;
}

template <class Table>
consteval auto is_table() -> bool
{
    static_assert(has_header<Table>,
                  "annals: a table says what it is: static constexpr projections::header header{…};");
    static_assert(has_ddl<Table>,
                  "annals: a table says how it is created: static constexpr auto ddl = \"create table …\";");
    static_assert(lists_events<Table>, "annals: a table lists the events it knows: using event = std::variant<…>;");
    if constexpr (has_header<Table> && has_ddl<Table> && lists_events<Table>)
        return []<class... Facts>(std::type_identity<std::variant<Facts...>>) {
            return (projects<Table, Facts>() & ...);
        }(std::type_identity<typename Table::event>{});
    else return false;
}

}  // namespace detail

/// The header's; unless given, rows may take events of several streams.
template <class Table>
constexpr auto order_of_table() -> row_order
{
    return Table::header.order.value_or(row_order::one);
}

template <class Table>
auto definition_of_table() -> definition
{
    check(Table::header);
    const auto ddl = std::string(std::string_view(Table::ddl));
    return definition_of(kind::table, Table::header,
                         {{"ddl", ddl}, {"events", events_as_json(facts::readable_forms<typename Table::event>())}},
                         ddl);
}

}  // namespace annals::projections
