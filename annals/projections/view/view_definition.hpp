// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/facts/decode.hpp>
#include <annals/facts/encode.hpp>
#include <annals/facts/readable_forms.hpp>
#include <annals/projections/definition.hpp>
#include <annals/projections/view/folding.hpp>
#include <annals/projections/view/view_rows.hpp>

#include <array>
#include <string_view>

namespace annals::projections {

/// The SQL type of a field's column (docs/reference/types.md).
template <class Field>
constexpr auto column_type() -> std::string_view
{
    namespace of = facts::detail;
    if constexpr (of::is_optional<Field>) return column_type<typename Field::value_type>();
    else if constexpr (facts::stored_as_text<Field>) return facts::text_form<Field>::column;
    else if constexpr (std::same_as<Field, bool>) return "boolean";
    else if constexpr (std::integral<Field> && (sizeof(Field) < 4 || (sizeof(Field) == 4 && std::is_signed_v<Field>)))
        return "integer";
    else if constexpr (std::integral<Field> && (sizeof(Field) == 4 || std::is_signed_v<Field>)) return "bigint";
    else if constexpr (std::integral<Field>) return "numeric";
    else if constexpr (std::floating_point<Field>) return "double precision";
    else if constexpr (of::is_duration<Field>) return column_type<typename Field::rep>();
    else if constexpr (std::same_as<Field, std::string> || facts::described_enum<Field>) return "text";
    else return "jsonb";
}

/// The stored types that a projection reads, and how: another upcaster, former name or former event changes the
/// definition.
auto events_as_json(const std::vector<facts::readable_form>&) -> eventstore::json;

/// Of a view or table: `identity` is what makes it another definition, besides an order that its header gives.
auto definition_of(kind, const header&, eventstore::json identity, std::string creation) -> definition;

/// A view's state from its stored form. Throws `mismatch` when it does not fit the struct.
template <class View>
auto decode_state(const std::string& state, const std::string& key) -> View
{
    return facts::decode<View>(state, std::string(View::header.projection) + " of " + key);
}

/// The reverse. Throws `mismatch`, naming the row, for a state that could not be read back.
template <class View>
auto encode_state(const View& state, const std::string& key) -> std::string
{
    const auto row = std::string(View::header.projection) + " of " + key;
    try {
        return eventstore::to_text(facts::encode(state), "it");
    } catch (const eventstore::invalid_request& problem) {
        throw eventstore::mismatch(row + " cannot be kept: " + problem.what());
    }
}

template <has_header Projection>
auto id_of() -> processors::processor_id
{
    return {std::string(Projection::header.projection), Projection::header.version};
}

/// A column for each field.
template <class View>
auto columns_of() -> std::vector<view_column>
{
    std::vector<view_column> columns;
    const View example{};
    facts::for_each_field(example, [&]<class Field>(const char* name, const Field&) {
        columns.push_back({name, std::string(column_type<Field>())});
    });
    return columns;
}

/// The header's, or the one that fits its keys.
template <class View>
auto order_of_view() -> row_order
{
    const bool is_of_streams = !detail::has_keys<View> && View::header.categories.split().size() == 1;
    return View::header.order.value_or(is_of_streams ? row_order::by_key : row_order::one);
}

/// What is registered for a view. Another field, type, event or set of upcasters changes the definition, and needs
/// another version. A change inside `evolve` is not noticed.
template <class View>
auto definition_of_view() -> definition
{
    check(View::header);
    const auto columns = columns_of<View>();
    auto fields = eventstore::json::array();
    for (const auto& [name, type] : columns) fields.push_back({{"name", name}, {"type", type}});
    return definition_of(kind::view, View::header,
                         {{"fields", fields},
                          {"events", events_as_json(facts::readable_forms<typename View::event>())},
                          {"key", detail::has_keys<View> ? "its own" : "the stream's"}},
                         creation_of_view(std::string(View::header.projection), columns));
}

}  // namespace annals::projections
