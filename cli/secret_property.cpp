// SPDX-License-Identifier: Apache-2.0
#include <cli/secret_property.hpp>

#include <algorithm>
#include <array>

namespace annals::cli {

auto is_secret_property(std::string_view name) -> bool
{
    static constexpr std::array<std::string_view, 6> signs{
        "password", "secret", "pem", "token", "sasl.oauthbearer.config", "sasl.jaas.config"};
    return std::ranges::any_of(signs, [&](std::string_view sign) { return name.find(sign) != name.npos; });
}

}  // namespace annals::cli
