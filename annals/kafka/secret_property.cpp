// SPDX-License-Identifier: Apache-2.0
#include <annals/kafka/secret_property.hpp>

#include <annals/kafka/handles.hpp>

#include <algorithm>
#include <array>

namespace annals::kafka {
namespace {

constexpr std::string_view hidden = "********";

auto is_known(const std::string& name) -> bool
{
    const configuration_handle configuration(rd_kafka_conf_new());
    return rd_kafka_conf_set(configuration.get(), name.c_str(), "", nullptr, 0) != RD_KAFKA_CONF_UNKNOWN;
}

/// A message may quote a value from the middle to its end, or word by word.
void hide_words(std::string& text, std::string_view value)
{
    constexpr std::string_view between = " =,;:\"'\n";
    constexpr std::size_t shortest = 3;
    for (std::size_t from = 0; from < value.size();) {
        const auto to = std::min(value.find_first_of(between, from), value.size());
        const auto word = value.substr(from, to - from);
        from = to + 1;
        if (word.size() < shortest) continue;
        for (auto at = text.find(word); at != text.npos; at = text.find(word, at + hidden.size()))
            text.replace(at, word.size(), hidden);
    }
}

}  // namespace

auto is_secret_property(const std::string& name) -> bool
{
    static constexpr std::array<std::string_view, 8> signs{"pass", "secret",      "pem",  "token",
                                                           "cred", "oauthbearer", "jaas", "kinit.cmd"};
    return std::ranges::any_of(signs, [&](std::string_view sign) { return name.find(sign) != name.npos; })
           || !is_known(name);
}

auto without_secrets(std::string text, const settings& used) -> std::string
{
    for (const auto& [name, value] : used.properties)
        if (is_secret_property(name)) hide_words(text, value);
    return text;
}

}  // namespace annals::kafka
