// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

/// JSON that other programs may have written to a log: every kind of value at the limits of what a reader takes, and
/// texts that are not JSON.
namespace annals::tests {

using json_texts = std::vector<std::string>;

extern const json_texts json_numbers;
extern const json_texts json_strings;
/// Words, lists and objects.
extern const json_texts json_others;
extern const json_texts not_json;

/// A member's name, and values that mostly fit it.
using json_member = std::pair<std::string, const json_texts*>;

/// An object with some of these members: in any order, missing or twice, spelt with escapes, with values of another
/// kind, with others between them, and sometimes with a few bytes lost or added. For use within a property.
auto any_document(const std::vector<json_member>&) -> std::string;

}  // namespace annals::tests
