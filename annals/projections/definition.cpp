// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/definition.hpp>

#include <annals/eventstore/errors.hpp>

namespace annals::projections {

auto to_string(kind is) -> std::string_view
{
    switch (is) {
        case kind::sql: return "sql";
        case kind::view: return "view";
        case kind::table: break;
    }
    return "table";
}

auto kind_from(std::string_view word) -> kind
{
    for (const auto known : {kind::sql, kind::view, kind::table})
        if (to_string(known) == word) return known;
    throw eventstore::mismatch("a projection of the kind \"" + std::string(word)
                               + "\" is registered: run a newer program");
}

namespace {

auto prefix_of(copy_for purpose) -> std::string_view { return purpose == copy_for::rebuild ? "_rebuild_" : "_verify_"; }

}  // namespace

auto copy_of(const processors::processor_id& id, copy_for purpose) -> processors::processor_id
{
    return {std::string(prefix_of(purpose)) + id.name, id.version};
}

auto original_name(std::string_view name) -> std::string
{
    for (const auto purpose : {copy_for::rebuild, copy_for::verification})
        if (name.starts_with(prefix_of(purpose))) return std::string(name.substr(prefix_of(purpose).size()));
    return std::string(name);
}

auto schema_of(const processors::processor_id& id) -> std::string
{
    return "p_" + id.name + "_" + std::to_string(id.version);
}

auto block_function(std::string_view schema, std::size_t block) -> std::string
{
    return std::string(schema) + ".block_" + std::to_string(block + 1);
}

}  // namespace annals::projections
