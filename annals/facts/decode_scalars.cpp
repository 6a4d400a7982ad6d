// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/decode_scalars.hpp>

namespace annals::facts::detail {

void refuse_kind(const place& at, const char* expected, const parsed_json& found)
{
    throw undecodable(at.text(), std::string(expected) + " was expected, not " + eventstore::excerpt(found.to_json()));
}

void refuse_value(const place& at, const parsed_json& found, const std::string& why)
{
    throw undecodable(at.text(), eventstore::excerpt(found.to_json()) + " " + why);
}

void decode_time(const parsed_json& from, eventstore::timestamp& into, const place& at)
try {
    std::string_view text;
    if (!from.get(text)) refuse_kind(at, "a time", from);
    into = eventstore::parse_timestamp(text);
} catch (const eventstore::invalid_request& problem) {
    throw undecodable(at.text(), problem.what());
}

}  // namespace annals::facts::detail
