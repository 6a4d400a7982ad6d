// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/facts.hpp>
#include <annals/processors/processor.hpp>
#include <annals/projections/settings.hpp>
#include <annals/projections/view/view_definition.hpp>

#include <span>
#include <string>
#include <vector>

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

/// Unqualified names of a projection mean its own schema until the transaction ends.
void enter_schema(pqxx::transaction_base&, const processors::processor_id&);

template <class Table>
auto definition_of_table() -> definition
{
    check(Table::header);
    const auto ddl = std::string(std::string_view(Table::ddl));
    const auto text =
        eventstore::json{{"ddl", ddl}, {"events", events_as_json(facts::readable_forms<typename Table::event>())}}
            .dump();
    const auto id = id_of<Table>();
    return {.id = id,
            .kind = kind::table,
            .categories = Table::header.categories.split(),
            .text = text,
            .identity = text,
            .file = "table " + id.name,
            .creation = {ddl},
            .blocks = {}};
}

/// Keeps a table: a struct with one function per event that writes rows. Several keys may share its rows, so one
/// process at a time works on it.
template <class Table>
class table final : public processors::processor {
    static_assert((void(detail::is_table<Table>()), true));   // it says what is missing; one error is enough

public:
    /// `id`: the registration that it works for, if it is registered.
    explicit table(processors::processor_id id) : id_(std::move(id)) {}
    table() : table(id_of<Table>()) {}

    static auto definition() -> projections::definition { return definition_of_table<Table>(); }

    auto id() const -> processors::processor_id override { return id_; }
    auto categories() const -> std::vector<std::string> override { return Table::header.categories.split(); }
    auto distribution() const -> processors::work_distribution override { return processors::work_distribution::whole; }
    auto durable() const -> bool override { return false; }
    void prepare(pqxx::connection& connection) override { settings::settle(connection); }

    /// Throws `eventstore::mismatch`, naming stream and version, for an event whose payload does not fit.
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        enter_schema(tx, id());
        for (const auto& event : events) {
            const auto project = [&](const auto& fact) { table_.project(fact, event, tx); };
            facts::for_each_fact<typename Table::event>(event, project);
        }
    }

private:
    processors::processor_id id_;
    Table table_{};
};

}  // namespace annals::projections
