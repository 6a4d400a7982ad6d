// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/view/view_definition.hpp>

namespace annals::projections {

auto events_as_json(const std::vector<facts::readable_form>& forms) -> eventstore::json
{
    auto events = eventstore::json::array();
    for (const auto& form : forms) {
        eventstore::json event{{"type", form.type}, {"schema_version", form.schema_version}};
        if (!form.former_names.empty()) event["former_names"] = form.former_names;
        if (form.former) event["former"] = true;
        events.push_back(std::move(event));
    }
    return events;
}

auto definition_of(kind is, const header& of, eventstore::json identity, std::string creation) -> definition
{
    if (of.order) identity["order"] = to_string(*of.order);
    const auto text = identity.dump();
    const auto name = std::string(of.projection);
    return {.id = {name, of.version},
            .kind = is,
            .categories = of.categories.split(),
            .text = text,
            .identity = text,
            .file = std::string(to_string(is)) + " " + name,
            .creation = {std::move(creation)},
            .blocks = {}};
}

}  // namespace annals::projections
