// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/event.hpp>
#include <annals/libpq/parameters.hpp>

#include <utility>

namespace annals::eventstore::postgres {

/// One event: id, type, schema version, data, metadata, time.
inline void add_event(libpq::parameters& values, const new_event& event)
{
    values.add(event.id);
    values.add(event.type);
    values.add(static_cast<std::int16_t>(event.schema_version));
    values.add_json(event.data);
    values.add_json(event.metadata);
    values.add(event.occurred_at);
}

/// Several events: the same as arrays.
struct event_columns {
    libpq::array id = libpq::array::of<uuid>();
    libpq::array type = libpq::array::of<std::string_view>();
    libpq::array schema_version = libpq::array::of<std::int16_t>();
    libpq::array data{libpq::wire::json};
    libpq::array metadata{libpq::wire::json};
    libpq::array occurred_at = libpq::array::of<timestamp>();

    void add(const new_event& event)
    {
        id.add(event.id);
        type.add(std::string_view(event.type));
        schema_version.add(static_cast<std::int16_t>(event.schema_version));
        data.add(std::string_view(event.data));
        metadata.add(std::string_view(event.metadata));
        occurred_at.add(event.occurred_at);
    }

    void move_to(libpq::parameters& values) &&
    {
        for (auto* column : {&id, &type, &schema_version, &data, &metadata, &occurred_at})
            values.add(std::move(*column));
    }
};

}  // namespace annals::eventstore::postgres
