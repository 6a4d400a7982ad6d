// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/outcome.hpp>

#include <algorithm>

namespace annals::commands {
namespace {

auto text_of(const std::vector<eventstore::new_event>& events) -> std::string
{
    std::string text;
    for (const auto& event : events) text += "\n  " + event.type + " " + event.data;
    return text;
}

auto text_of(const refusal& refused) -> std::string
{
    const bool has_code = refused.code != refusal{}.code;
    return "\n  refused: " + refused.reason + (has_code ? " (code " + refused.code + ")" : "");
}

[[noreturn]] void fail(const std::string& expected, const std::string& got, const std::source_location& where)
{
    throw unexpected_outcome("expected:" + expected + "\ngot:" + got, where);
}

}  // namespace

auto outcome::then_nothing(place where) const -> const outcome&
{
    if (decided_.refused || decided_.writes()) fail("\n  nothing", describe(), where);
    return *this;
}

auto outcome::then_refused(std::string_view reason, place where) const -> const outcome&
{
    if (!decided_.refused || decided_.refused->reason != reason)
        fail("\n  refused: " + std::string(reason), describe(), where);
    return *this;
}

auto outcome::then_refused_with(std::string_view code, place where) const -> const outcome&
{
    if (!decided_.refused || decided_.refused->code != code)
        fail("\n  refused with the code " + std::string(code), describe(), where);
    return *this;
}

auto outcome::then_events(const std::vector<eventstore::new_event>& expected, const place& where) const
    -> const outcome&
{
    if (decided_.refused || text_of(expected) != text_of(decided_.events)) fail(text_of(expected), describe(), where);
    return *this;
}

auto outcome::then_claims_stream(const eventstore::stream_id& stream, const place& where) const -> const outcome&
{
    if (std::ranges::find(decided_.claims, stream, &claim::stream) == decided_.claims.end())
        fail("\n  a claim of " + to_string(stream), describe(), where);
    return *this;
}

auto outcome::describe() const -> std::string
{
    if (decided_.refused) return text_of(*decided_.refused);
    auto text = decided_.events.empty() ? "\n  nothing" : text_of(decided_.events);
    for (const auto& claim : decided_.claims) text += "\n  a claim of " + to_string(claim.stream);
    return text;
}

}  // namespace annals::commands
