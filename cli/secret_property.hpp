// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace annals::cli {

/// Whether a librdkafka property holds a password, a key or a token.
auto is_secret_property(std::string_view name) -> bool;

}  // namespace annals::cli
