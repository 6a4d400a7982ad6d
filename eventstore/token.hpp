// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <eventstore/stream.hpp>

#include <map>
#include <string>
#include <string_view>

namespace annals::eventstore {

/// How far one or several logs had come: what an append returns and a read can wait for.
/// Written `category/partition@position`, several joined by `,`.
class token {
public:
    /// Keeps the greater position where the log is known already.
    void include(const log_id&, log_position);

    auto positions() const -> const std::map<log_id, log_position>& { return positions_; }
    auto empty() const -> bool { return positions_.empty(); }
    auto operator==(const token&) const -> bool = default;

private:
    std::map<log_id, log_position> positions_;
};

auto to_string(const token&) -> std::string;

/// Throws `invalid_request`. The empty text is the empty token: nothing to wait for.
auto parse_token(std::string_view text) -> token;

}  // namespace annals::eventstore
