// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/eventstore/stream.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace annals::eventstore {

struct after_token;

/// A position in one or several logs: an append returns it and a read can wait for it.
/// Written `category/partition@position`, several joined by `,`.
class token {
public:
    /// Keeps the greater position when the log is there already.
    void include(const log_id&, log_position);

    auto positions() const -> const std::map<log_id, log_position>& { return positions_; }
    auto empty() const -> bool { return positions_.empty(); }
    auto operator==(const token&) const -> bool = default;

    /// For reads that must see what an append wrote: `find<sample_card>(database, key, after(answer->token))`.
    friend auto after(token, std::chrono::milliseconds timeout) -> after_token;

private:
    std::map<log_id, log_position> positions_;
};

/// A read waits until everything up to the token is there, but no longer than the timeout.
struct [[nodiscard]] after_token {
    eventstore::token token;
    std::chrono::milliseconds timeout;
};

inline auto after(token seen, std::chrono::milliseconds timeout = std::chrono::seconds(5)) -> after_token
{
    return {std::move(seen), timeout};
}

auto to_string(const token&) -> std::string;

/// Throws `invalid_request`. An empty text is the empty token: nothing to wait for.
auto parse_token(std::string_view text) -> token;

}  // namespace annals::eventstore
