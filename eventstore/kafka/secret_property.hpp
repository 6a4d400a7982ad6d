// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/kafka/settings.hpp>

#include <string>
#include <string_view>

namespace annals::eventstore::kafka {

/// Whether a value of this property of librdkafka is hidden from people: it may be a password, a key or a token, or
/// librdkafka knows no such property, whose value may then be anything.
auto is_secret_property(const std::string& name) -> bool;

/// What librdkafka says, but for what it quotes of the secret properties.
auto without_secrets(std::string text, const settings&) -> std::string;

}  // namespace annals::eventstore::kafka
