// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/metrics_text.hpp>

#include <array>
#include <charconv>
#include <string_view>

namespace annals::cli {
namespace {

auto escaped(std::string_view text) -> std::string
{
    std::string all;
    for (const char one : text)
        if (one == '\n') all += "\\n";
        else if (one == '\\' || one == '"') (all += '\\') += one;
        else all += one;
    return all;
}

auto labels_text(const metric_sample& sample) -> std::string
{
    std::string all;
    for (const auto& [name, value] : sample.labels)
        all += (all.empty() ? "" : ",") + name + "=\"" + escaped(value) + '"';
    return all.empty() ? all : "{" + all + "}";
}

/// The shortest text that is read back as the same number.
auto value_text(double value) -> std::string
{
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

}  // namespace

auto metrics_text(std::span<const metric> metrics) -> std::string
{
    std::string all;
    for (const auto& [name, help, samples] : metrics) {
        if (samples.empty()) continue;
        all += "# HELP " + name + " " + help + "\n# TYPE " + name + " gauge\n";
        for (const auto& sample : samples) all += name + labels_text(sample) + " " + value_text(sample.value) + "\n";
    }
    return all;
}

}  // namespace annals::cli
