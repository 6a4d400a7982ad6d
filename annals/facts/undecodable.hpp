// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/errors.hpp>

#include <string>
#include <string_view>

namespace annals::facts {

/// A text is not JSON, or a value in it does not fit its field: the message names the field and what was found.
class undecodable : public eventstore::mismatch {
public:
    undecodable(const std::string& where, const std::string& problem) : eventstore::mismatch(where + ": " + problem) {}
};

/// Where a value stands, such as `sample.measured.tubes[].label`. It becomes a text only for a message.
struct place {
    const place* outer;                      ///< none for the text as a whole, which has the first name
    std::string_view step;                   ///< `.` before a name, `[]` for an item, which has none
    std::string_view name;

    auto text() const -> std::string { return (outer ? outer->text() : std::string()).append(step).append(name); }
};

}  // namespace annals::facts
