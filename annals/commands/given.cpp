// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>

#include <algorithm>

namespace annals::commands {
namespace {

auto text_of(const std::vector<eventstore::new_event>& events) -> std::string
{
    std::string text;
    for (const auto& event : events) text += "\n  " + event.type + " " + event.data;
    return text;
}

[[noreturn]] void fail(const std::string& expected, const std::string& got)
{
    throw unexpected_outcome("expected:" + expected + "\ngot:" + got);
}

}  // namespace

auto outcome::then_nothing() const -> const outcome&
{
    if (decided_.refused || decided_.writes()) fail("\n  nothing", describe());
    return *this;
}

auto outcome::then_refused(std::string_view reason) const -> const outcome&
{
    if (!decided_.refused || decided_.refused->reason != reason)
        fail("\n  refused: " + std::string(reason), describe());
    return *this;
}

auto outcome::then_events(const std::vector<eventstore::new_event>& expected) const -> const outcome&
{
    if (decided_.refused || text_of(expected) != text_of(decided_.events)) fail(text_of(expected), describe());
    return *this;
}

auto outcome::then_claims_stream(const eventstore::stream_id& stream) const -> const outcome&
{
    if (std::ranges::find(decided_.claims, stream, &claim::stream) == decided_.claims.end())
        fail("\n  a claim of " + to_string(stream), describe());
    return *this;
}

auto outcome::describe() const -> std::string
{
    if (decided_.refused) return "\n  refused: " + decided_.refused->reason;
    auto text = decided_.events.empty() ? "\n  nothing" : text_of(decided_.events);
    for (const auto& claim : decided_.claims) text += "\n  a claim of " + to_string(claim.stream);
    return text;
}

}  // namespace annals::commands
