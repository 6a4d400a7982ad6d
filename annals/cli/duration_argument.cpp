// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/duration_argument.hpp>

#include <annals/sagas/definition/duration_text.hpp>

#include <CLI/App.hpp>

#include <charconv>
#include <optional>

namespace annals::cli {
namespace {

using std::chrono::milliseconds;

/// Days, which definitions of sagas do not need.
auto duration_of(const std::string& text) -> std::optional<milliseconds>
{
    int days = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, days);
    if (fault == std::errc{} && days >= 0 && (std::string_view(rest) == "d" || std::string_view(rest) == " d"))
        return std::chrono::days{days};
    const auto found = sagas::duration_from(text);
    return found && found->count() >= 0 ? found : std::nullopt;
}

auto text_of(milliseconds duration) -> std::string
{
    const auto days = std::chrono::duration_cast<std::chrono::days>(duration);
    return days == duration && days.count() > 0 ? std::to_string(days.count()) + " d" : sagas::duration_text(duration);
}

}  // namespace

auto add_duration(CLI::App& verb, const std::string& name, milliseconds& to, const std::string& says) -> CLI::Option*
{
    return verb
        .add_option_function<std::string>(
            name, [&to](const std::string& text) { to = duration_of(text).value_or(milliseconds{}); }, says)
        ->default_str(text_of(to))
        ->type_name("DURATION")
        ->check(CLI::Validator(
            [](const std::string& text) {
                return duration_of(text) ? std::string()
                                         : "a number and ms, s, min, h or d, such as 5min, not \"" + text + "\"";
            },
            ""));
}

}  // namespace annals::cli
