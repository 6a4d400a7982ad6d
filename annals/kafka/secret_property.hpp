// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/kafka/settings.hpp>

#include <string>
#include <string_view>

namespace annals::kafka {

/// Whether people must not see a value of this librdkafka property: it may be a password, a key or a token. Also true
/// for a property that librdkafka does not know, whose value may be anything.
auto is_secret_property(const std::string& name) -> bool;

/// librdkafka's message, with quoted values of the secret properties hidden.
auto without_secrets(std::string text, const settings&) -> std::string;

}  // namespace annals::kafka
