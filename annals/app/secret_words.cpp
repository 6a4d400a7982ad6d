// SPDX-License-Identifier: Apache-2.0
#include <annals/app/secret_words.hpp>

#include <annals/libpq/shown_dsn.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>

namespace annals::app {
namespace {

struct memory {
    std::uintptr_t from = 0, to = 0;
};

/// Where the kernel has put the arguments of this process (proc(5), `arg_start` and `arg_end`). Nothing is written
/// elsewhere, since a program may call us with words of its own.
auto arguments_of_process() -> memory
{
    std::ifstream file("/proc/self/stat");
    std::string all((std::istreambuf_iterator<char>(file)), {});
    const auto behind_name = all.rfind(')');
    if (behind_name == all.npos) return {};
    std::istringstream fields(all.substr(behind_name + 1));
    constexpr int fields_between = 45;                   // from the third to the 48th
    std::string field;
    for (int i = 0; i < fields_between; ++i) fields >> field;
    memory found;
    fields >> found.from >> found.to;
    return found;
}

}  // namespace

auto may_hold_secret(std::string_view word) -> bool
{
    static constexpr std::array<std::string_view, 7> signs{"://", "@", "pass", "secret", "token", "pem=", "jaas"};
    std::string lower(word);
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::ranges::any_of(signs, [&](std::string_view sign) { return lower.find(sign) != lower.npos; });
}

auto shown_word(std::string_view word) -> std::string
{
    return std::string(may_hold_secret(word) ? libpq::hidden : word);
}

void hide_secrets_of_arguments(int argc, const char* const* argv)
{
    const auto own = arguments_of_process();
    for (int i = 1; i < argc; ++i) {
        const auto at = reinterpret_cast<std::uintptr_t>(argv[i]);
        if (at < own.from || at >= own.to || !may_hold_secret(argv[i])) continue;
        auto* const word = const_cast<char*>(argv[i]);
        auto* const value = std::strncmp(word, "--", 2) == 0 ? std::strchr(word, '=') : word;
        if (value != nullptr) std::memset(value, '*', std::strlen(value));
    }
}

}  // namespace annals::app
