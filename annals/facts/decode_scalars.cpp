// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/decode_scalars.hpp>

namespace annals::facts::detail {

void refuse_kind(const place& at, const std::string& expected, const parsed_json& found)
{
    throw undecodable(at.text(), expected + " was expected, not " + eventstore::excerpt(found.to_json()));
}

void refuse_value(const place& at, const parsed_json& found, const std::string& why)
{
    throw undecodable(at.text(), eventstore::excerpt(found.to_json()) + " " + why);
}

void refuse_key(std::string_view name, const std::string& why, const place& at)
{
    throw undecodable(at.text(), eventstore::excerpt(name) + " " + why);
}

}  // namespace annals::facts::detail
