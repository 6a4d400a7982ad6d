// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/eventstore/json.hpp>
#include <annals/sagas/definition/definition.hpp>
#include <annals/sagas/definition/definition_problem.hpp>

#include <string_view>
#include <vector>

/// Definitions as JSON: an object with the fields' names. Durations are texts such as "30 s", a compensation is the
/// name of its action, and `false` is `no_compensation` (docs/reference/saga-definitions.md).
namespace annals::sagas {

/// A definition that was checked. Throws `eventstore::invalid_request` with everything that is wrong: fields that there
/// are none of, values of another kind, and what `check` finds.
auto definition_from(const eventstore::json&) -> definition;

/// What `definition_from` reads again as an equal value. Texts and lists that are empty are left out; everything else
/// is written, so that other defaults change nothing.
auto to_json(const definition&) -> eventstore::json;

/// A definition as it was stored with a saga. It was checked by the rules of its time; today's may be stricter.
auto stored_definition(std::string_view text) -> definition;

struct decoded_definition {
    definition value;
    std::vector<definition_problem> problems;
};

/// As `definition_from`, with the problems as values. `check` is asked when the form is right.
auto decode_definition(const eventstore::json&) -> decoded_definition;

}  // namespace annals::sagas
